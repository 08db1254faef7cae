package io.epmesh.epmd;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;

/// Takes handlers out of the pipeline of a connection whose first request is read.
///
/// ```text
/// at first       LobbyHandler  FrameDecoder  RequestHandler  FaultHandler
/// last reply     LobbyHandler                FinalReply      FaultHandler
/// name taken     LobbyHandler                AliveHandler    FaultHandler
/// registered                                 AliveHandler    FaultHandler
/// handed over                                what the extension adds
/// ```
final class Pipelines {
    private Pipelines() {}

    /// What was read behind the first frame goes to the handler behind the decoder.
    static void removeFrameDecoder(ChannelPipeline pipeline) {
        remove(pipeline, FrameDecoder.class);
    }

    static void leaveLobby(ChannelPipeline pipeline) {
        remove(pipeline, LobbyHandler.class);
    }

    /// A channel that was closed on the way has lost its handlers already.
    private static void remove(ChannelPipeline pipeline, Class<? extends ChannelHandler> type) {
        if (pipeline.context(type) != null) {
            pipeline.remove(type);
        }
    }
}
