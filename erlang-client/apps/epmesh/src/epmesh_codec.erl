%% Bytes of the mesh session, docs/mesh-protocol.md; the golden files are those of the peer's tests.
%%
%% Readers check everything and throw {malformed, Text}; decode/1 is where that is caught. What
%% comes from the wire stays binary: an atom for each name of the mesh would fill the atom table.
-module(epmesh_codec).

-export([hello/2, request/2, split/1, decode/1, node_info/1]).

-export_type([request/0, message/0, node_record/0, node_info/0, mapping/0, peer/0]).
-export_type([answer/0, version/0, registration/0, raw/0]).
-export_type([sides/0, remark/0, row/0, effect/0]).

-define(OPCODE, 77).
-define(VERSION, 1).
-define(MAX_FRAME, 1048576).
-define(ANSWER, 128).

%% A feature of the welcome.
-define(ASK_THE_WAY, 1).

%% EPMD's NodeType of an Erlang node, hidden ones too.
-define(NORMAL, 77).

-type request() ::
    ping
    | names
    | peers
    | mappings
    | {lookup, Node :: binary()}
    | {add_mapping, Node :: binary(), Host :: binary() | undefined, inet:port_number()}
    | {remove_mapping, Node :: binary()}
    | {watch, Glob :: binary() | undefined, Since :: version() | undefined}
    | {unwatch, Watch :: non_neg_integer()}
    | {way, Node :: binary(), inet | inet6}
    | {register, registration()}
    | cables
    | {cut, sides(), OneWay :: boolean(), stall | reset, Millis :: pos_integer() | undefined}
    %% undefined: all.
    | {fix, sides() | undefined}.

%% Full names, patterns or hosts.
-type sides() :: {Left :: [binary()], Right :: [binary()]}.

%% A point in what a peer has answered, of one run of it.
-type version() :: {Run :: integer(), Number :: integer()}.

%% node: full or short; creation and resume: of a registration before, to go on with.
-type registration() :: #{
    node := binary(),
    port := inet:port_number(),
    highest := 5..6,
    lowest := 5..6,
    creation := non_neg_integer() | undefined,
    resume := binary() | undefined
}.

%% One name as it came from the wire; node_info/1 reads the rest of it.
-type node_record() :: {Node :: binary(), epmesh_names:endpoint(), raw()}.
-type raw() :: binary().

-type node_info() :: #{
    node := binary(),
    address := inet:ip_address() | string(),
    port := inet:port_number(),
    version := 5..6,
    source := live | adopted | mapping | static,
    state := up | orphaned,
    type := normal | hidden,
    host_is := verified | assumed,
    peer := binary() | undefined,
    creation := non_neg_integer() | undefined,
    since := integer(),
    conflicting := boolean()
}.

-type mapping() :: #{
    node := binary(),
    host := binary() | undefined,
    address := inet:ip_address() | string(),
    port := inet:port_number(),
    writer := binary() | undefined,
    since := integer(),
    conflicts := [#{atom() => term()}]
}.

-type peer() :: #{id := binary(), hosts := [binary()], state := atom(), self := boolean()}.

%% What a cut does not do yet.
-type remark() ::
    {no_cable, One :: binary(), Other :: binary()}
    | {unattributed, Source :: binary(), Target :: binary()}
    | {silent, Peer :: binary()}.

-type effect() :: open | stall | reset | {slow, LatencyMs :: integer(), JitterMs :: integer()}.

-type row() ::
    {cut, #{
        low := binary(),
        high := binary(),
        low_to_high := effect(),
        high_to_low := effect(),
        remaining := integer() | ever,
        writer := binary(),
        since := integer()
    }}
    | {cable, #{
        relay := binary(),
        source := binary(),
        target := binary(),
        state := waiting | joined | broken,
        to_target := effect(),
        to_source := effect(),
        age := integer(),
        bytes_to_target := integer(),
        bytes_to_source := integer()
    }}
    | {silent, Peer :: binary()}.

-type message() ::
    {welcome, #{
        version := 1..65535,
        peer := binary(),
        mesh := binary(),
        software := binary(),
        ask_the_way := boolean()
    }}
    | {answer, Request :: non_neg_integer(), answer()}
    | {error, Request :: non_neg_integer(), Code :: atom() | integer(), Text :: binary()}
    | {unknown, Type :: byte()}.

-type answer() ::
    ok
    | {found, node_record() | undefined}
    | {part, More :: boolean(), [node_record()] | [peer()] | [mapping()] | [remark()] | [row()]}
    | {watched, changes | snapshot, More :: boolean(), version(), [node_record()], [binary()]}
    | {way, {inet:ip_address() | string(), inet:port_number()} | undefined}
    | {registered, Creation :: non_neg_integer(), Resume :: binary()}.

%% The first frame of a session, framed as EPMD's requests are.
-spec hello(FullName :: binary(), Token :: binary()) -> binary().
hello(Node, Token) ->
    Body = <<
        ?OPCODE, ?VERSION:16, ?VERSION:16, (string(Node))/binary, (string(Token))/binary, 0:32
    >>,
    <<(byte_size(Body)):16, Body/binary>>.

-spec request(non_neg_integer(), request()) -> binary().
request(Number, Request) ->
    {Type, Body} = body(Request),
    <<(byte_size(Body) + 5):32, Type, Number:32, Body/binary>>.

body(names) ->
    {1, <<0, 0>>};
body({lookup, Node}) ->
    {2, string(Node)};
body(peers) ->
    {3, <<>>};
body(mappings) ->
    {4, <<>>};
body({add_mapping, Node, Host, Port}) ->
    {5, <<(string(Node))/binary, (optional(Host, fun string/1))/binary, Port:16>>};
body({remove_mapping, Node}) ->
    {6, string(Node)};
body(ping) ->
    {11, <<>>};
body({cut, Sides, OneWay, Treatment, Millis}) ->
    {48, <<
        (sides(Sides))/binary,
        (bit(OneWay)):8,
        (bit(Treatment =:= reset)):8,
        (optional(Millis, fun(Ms) -> <<Ms:64>> end))/binary
    >>};
body({fix, Sides}) ->
    {49, optional(Sides, fun sides/1)};
body(cables) ->
    {51, <<>>};
body({watch, Glob, Since}) ->
    {32, <<(optional(Glob, fun string/1))/binary, (optional(Since, fun point/1))/binary>>};
body({unwatch, Watch}) ->
    {33, <<Watch:32>>};
body({way, Node, inet}) ->
    {52, <<(string(Node))/binary, 0>>};
body({way, Node, inet6}) ->
    {52, <<(string(Node))/binary, 1>>};
body({register, #{node := Node, port := Port, highest := Highest, lowest := Lowest} = Own}) ->
    #{creation := Creation, resume := Resume} = Own,
    {40, <<
        (string(Node))/binary,
        Port:16,
        ?NORMAL,
        Highest:16,
        Lowest:16,
        0,
        (optional(Creation, fun(Value) -> <<Value:32>> end))/binary,
        (optional(Resume, fun string/1))/binary
    >>}.

sides({Left, Right}) ->
    <<(strings(Left))/binary, (strings(Right))/binary>>.

strings(Texts) ->
    <<(length(Texts)):32, <<<<(string(Text))/binary>> || Text <- Texts>>/binary>>.

bit(false) -> 0;
bit(true) -> 1.

point({Run, Number}) ->
    <<Run:64, Number:64>>.

string(Text) when byte_size(Text) =< 16#ffff ->
    <<(byte_size(Text)):16, Text/binary>>.

optional(undefined, _Write) -> <<0>>;
optional(Value, Write) -> <<1, (Write(Value))/binary>>.

%% Takes the first frame off what was received.
-spec split(binary()) -> {ok, Frame :: binary(), Rest :: binary()} | more | {malformed, binary()}.
split(<<Length:32, _/binary>>) when Length < 5; Length > ?MAX_FRAME ->
    {malformed, text("frame of ~b bytes (expected: 5..~b)", [Length, ?MAX_FRAME])};
split(<<Length:32, Frame:Length/binary, Rest/binary>>) ->
    {ok, Frame, Rest};
split(_) ->
    more.

%% Reads a frame without its length.
-spec decode(binary()) -> message() | {malformed, binary()}.
decode(<<Type, Number:32, Body/binary>>) ->
    try
        message(Type, Number, Body)
    catch
        throw:{malformed, _} = Malformed -> Malformed
    end.

message(?ANSWER, 0, Body) ->
    {Version, B1} = u16(Body),
    {Peer, B2} = string_field(B1),
    {Mesh, B3} = string_field(B2),
    {Software, B4} = string_field(B3),
    {Features, _} = u32(B4),
    {welcome, #{
        version => Version,
        peer => Peer,
        mesh => Mesh,
        software => Software,
        ask_the_way => Features band ?ASK_THE_WAY =/= 0
    }};
message(255, Number, Body) ->
    {Code, B1} = u16(Body),
    {_Definite, B2} = bool(B1),
    {Text, _} = string_field(B2),
    {error, Number, code(Code), Text};
message(Type, Number, Body) ->
    case answer(Type - ?ANSWER, Body) of
        unknown -> {unknown, Type};
        Answer -> {answer, Number, Answer}
    end.

answer(1, Body) ->
    part(Body, fun node_record/1);
answer(2, Body) ->
    {Node, _} = optional_field(Body, fun node_record/1),
    {found, Node};
answer(3, Body) ->
    part(Body, fun peer/1);
answer(4, Body) ->
    part(Body, fun mapping/1);
answer(32, Body) ->
    {Kind, B1} = choice(Body, [changes, snapshot]),
    {More, B2} = bool(B1),
    {Run, B3} = i64(B2),
    {Number, B4} = i64(B3),
    {Nodes, B5} = list(B4, fun node_record/1),
    {Gone, _} = list(B5, fun string_field/1),
    {watched, Kind, More, {Run, Number}, Nodes, Gone};
answer(Order, Body) when Order =:= 48; Order =:= 49 ->
    part(Body, fun remark/1);
answer(51, Body) ->
    part(Body, fun row/1);
answer(40, Body) ->
    {Creation, B1} = u32(Body),
    {Resume, _} = string_field(B1),
    {registered, Creation, binary:copy(Resume)};
answer(52, Body) ->
    {Way, _} = optional_field(Body, fun way/1),
    {way, Way};
answer(Done, _) when Done =:= 5; Done =:= 6; Done =:= 11; Done =:= 33 ->
    ok;
answer(_, _) ->
    unknown.

part(Body, Read) ->
    {More, B1} = bool(Body),
    {List, _} = list(B1, Read),
    {part, More, List}.

way(Bytes) ->
    {Address, B1} = string_field(Bytes),
    {Port, B2} = u16(B1),
    {{address(Address), Port}, B2}.

code(1) -> malformed;
code(2) -> unknown_type;
code(3) -> version;
code(4) -> not_allowed;
code(5) -> bad_argument;
code(6) -> refused;
code(7) -> outcome_unknown;
code(8) -> too_large;
code(9) -> internal;
code(10) -> busy;
code(11) -> taken;
code(12) -> limit;
code(Other) -> Other.

%% What look-ups need, and the bytes of all; a table of raw records is a tenth of one of maps.
node_record(Bytes) ->
    {Record, Rest} = record(Bytes),
    #{node := Node, address := Address, port := Port, version := Version} = node_info(Record),
    %% Copies, for these are small parts of a frame of up to a megabyte.
    {{binary:copy(Node), {Address, Port, Version}, binary:copy(Record)}, Rest}.

%% All that a name's record says.
-spec node_info(raw()) -> node_info().
node_info(Record) ->
    {Node, R1} = string_field(Record),
    {HostIs, R2} = choice(R1, [verified, assumed]),
    {Address, R3} = string_field(R2),
    {Port, R4} = u16(R3),
    {Type, R5} = u8(R4),
    {Source, R6} = choice(R5, [live, adopted, mapping, static]),
    {State, R7} = choice(R6, [up, orphaned]),
    {Peer, R8} = optional_field(R7, fun string_field/1),
    {Creation, R9} = optional_field(R8, fun u32/1),
    {Since, R10} = i64(R9),
    {Highest, R11} = u16(R10),
    {_Lowest, R12} = u16(R11),
    {_Protocol, R13} = u8(R12),
    {Standing, _} = choice(R13, [sole, winner, loser]),
    #{
        node => Node,
        address => address(Address),
        port => Port,
        version => version(Highest),
        source => Source,
        state => State,
        type => type(Type),
        host_is => HostIs,
        peer => Peer,
        creation => Creation,
        since => Since,
        conflicting => Standing =/= sole
    }.

%% The handshake to begin with: nodes before OTP 23 speak 5 alone.
version(Highest) when Highest >= 6 -> 6;
version(_) -> 5.

type(?NORMAL) -> normal;
type(72) -> hidden;
type(Other) -> malformed("node type ~b (expected: 77 or 72)", [Other]).

peer(Bytes) ->
    {Record, Rest} = record(Bytes),
    {Id, R1} = string_field(Record),
    {Hosts, R2} = list(R1, fun string_field/1),
    {State, R3} = choice(R2, [up, orphaned, left]),
    {_Advertise, R4} = list(R3, fun string_field/1),
    {_EpmdPort, R5} = u16(R4),
    {_GossipAddress, R6} = string_field(R5),
    {_Version, R7} = string_field(R6),
    {_Incarnation, R8} = i64(R7),
    {_Names, R9} = u32(R8),
    {_LastHeard, R10} = optional_field(R9, fun i64/1),
    {Self, _} = bool(R10),
    {#{id => Id, hosts => Hosts, state => State, self => Self}, Rest}.

mapping(Bytes) ->
    {Record, Rest} = record(Bytes),
    {Node, R1} = string_field(Record),
    {Host, R2} = optional_field(R1, fun string_field/1),
    {Rival, R3} = rival_fields(R2),
    {Rivals, _} = list(R3, fun rival/1),
    {Rival#{node => Node, host => Host, conflicts => Rivals}, Rest}.

rival(Bytes) ->
    {Record, Rest} = record(Bytes),
    {Rival, _} = rival_fields(Record),
    {Rival, Rest}.

rival_fields(Bytes) ->
    {Address, R1} = string_field(Bytes),
    {Port, R2} = u16(R1),
    {Writer, R3} = optional_field(R2, fun string_field/1),
    {When, R4} = i64(R3),
    {#{address => address(Address), port => Port, writer => Writer, since => When}, R4}.

remark(Bytes) ->
    {Record, Rest} = record(Bytes),
    {Kind, R1} = choice(Record, [no_cable, unattributed, silent]),
    {One, R2} = string_field(R1),
    {Other, _} = string_field(R2),
    {
        case Kind of
            silent -> {silent, One};
            _ -> {Kind, One, Other}
        end,
        Rest
    }.

row(Bytes) ->
    {Kind, R0} = choice(Bytes, [cut, cable, silent]),
    {Record, Rest} = record(R0),
    {row(Kind, Record), Rest}.

row(cut, Record) ->
    {Low, R1} = string_field(Record),
    {High, R2} = string_field(R1),
    {Up, R3} = effect(R2),
    {Down, R4} = effect(R3),
    {Remaining, R5} = optional_field(R4, fun i64/1),
    {Writer, R6} = string_field(R5),
    {When, _} = i64(R6),
    {cut, #{
        low => Low,
        high => High,
        low_to_high => Up,
        high_to_low => Down,
        remaining =>
            case Remaining of
                undefined -> ever;
                _ -> Remaining
            end,
        writer => Writer,
        since => When
    }};
row(cable, Record) ->
    {Relay, R1} = string_field(Record),
    {Source, R2} = string_field(R1),
    {Target, R3} = string_field(R2),
    {State, R4} = choice(R3, [waiting, joined, broken]),
    {ToTarget, R5} = effect(R4),
    {ToSource, R6} = effect(R5),
    {Age, R7} = i64(R6),
    {BytesTo, R8} = i64(R7),
    {BytesFrom, _} = i64(R8),
    {cable, #{
        relay => Relay,
        source => Source,
        target => Target,
        state => State,
        to_target => ToTarget,
        to_source => ToSource,
        age => Age,
        bytes_to_target => BytesTo,
        bytes_to_source => BytesFrom
    }};
row(silent, Record) ->
    {Peer, _} = string_field(Record),
    {silent, Peer}.

effect(Bytes) ->
    {Code, R1} = choice(Bytes, [open, slow, stall, reset]),
    {Latency, R2} = u32(R1),
    {Jitter, Rest} = u32(R2),
    {
        case Code of
            slow -> {slow, Latency, Jitter};
            _ -> Code
        end,
        Rest
    }.

%% An address literal as inet has it; else the host name that the peer gave in its place.
address(Text) ->
    String = binary_to_list(Text),
    case inet:parse_strict_address(String) of
        {ok, Address} -> Address;
        {error, einval} -> String
    end.

record(<<Size:32, Record:Size/binary, Rest/binary>>) -> {Record, Rest};
record(Bytes) -> short("record", Bytes).

string_field(<<Length:16, Text:Length/binary, Rest/binary>>) ->
    case unicode:characters_to_binary(Text) of
        Text -> {Text, Rest};
        _ -> malformed("string of ~b bytes (expected: UTF-8)", [Length])
    end;
string_field(Bytes) ->
    short("string", Bytes).

optional_field(<<0, Rest/binary>>, _Read) -> {undefined, Rest};
optional_field(<<1, Rest/binary>>, Read) -> Read(Rest);
optional_field(<<Other, _/binary>>, _Read) -> malformed("present: ~b (expected: 0, 1)", [Other]);
optional_field(<<>>, _Read) -> short("optional", <<>>).

%% A count is no promise: each element must be there.
list(<<Count:32, Rest/binary>>, Read) -> list(Count, Rest, Read, []);
list(Bytes, _Read) -> short("list", Bytes).

list(0, Rest, _Read, Read1) ->
    {lists:reverse(Read1), Rest};
list(Count, Bytes, Read, Read1) ->
    {Element, Rest} = Read(Bytes),
    list(Count - 1, Rest, Read, [Element | Read1]).

choice(<<Index, Rest/binary>>, Values) when Index < length(Values) ->
    {lists:nth(Index + 1, Values), Rest};
choice(<<Index, _/binary>>, Values) ->
    malformed("~b (expected: 0..~b)", [Index, length(Values) - 1]);
choice(<<>>, _Values) ->
    short("value", <<>>).

bool(Bytes) -> choice(Bytes, [false, true]).

u8(<<N, Rest/binary>>) -> {N, Rest};
u8(Bytes) -> short("8 bits", Bytes).

u16(<<N:16, Rest/binary>>) -> {N, Rest};
u16(Bytes) -> short("16 bits", Bytes).

u32(<<N:32, Rest/binary>>) -> {N, Rest};
u32(Bytes) -> short("32 bits", Bytes).

i64(<<N:64/signed, Rest/binary>>) -> {N, Rest};
i64(Bytes) -> short("64 bits", Bytes).

-spec short(string(), binary()) -> no_return().
short(What, Bytes) -> malformed("~s: the body ends ~b bytes on", [What, byte_size(Bytes)]).

-spec malformed(string(), [term()]) -> no_return().
malformed(Format, Values) -> throw({malformed, text(Format, Values)}).

text(Format, Values) -> iolist_to_binary(io_lib:format(Format, Values)).
