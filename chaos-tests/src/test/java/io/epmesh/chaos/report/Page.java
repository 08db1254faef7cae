package io.epmesh.chaos.report;

/// The frame of an HTML page: one file without scripts, light or dark as its reader has it.
final class Page {
    private static final String STYLE =
            """
            :root { color-scheme: light dark; --ink: #222; --back: #fff; --soft: #0001;
                --link: #1558a8; --ok: #bfe0ff; --info: #ffdba3; --fail: #ffc4dd;
                --good: #1a7f37; --bad: #c62828; --unsure: #9a6700 }
            @media (prefers-color-scheme: dark) { :root { --ink: #ddd; --back: #16181c;
                --soft: #fff1; --link: #7db7ff; --ok: #1d4f7c; --info: #7a4f00; --fail: #7c2450;
                --good: #57ab5a; --bad: #ff6b66; --unsure: #d4a72c } }
            body { margin: 1.5rem; background: var(--back); color: var(--ink);
                font: 15px/1.45 system-ui, sans-serif }
            a { color: var(--link) }
            h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
            code, .path { font-family: ui-monospace, monospace; font-size: .92em }
            table { border-collapse: collapse }
            th, td { text-align: left; vertical-align: top; padding: .25rem .9rem .25rem 0 }
            tr + tr { border-top: 1px solid var(--soft) }
            td.number { text-align: right; font-variant-numeric: tabular-nums }
            .verdict { font-weight: 600 }
            .valid { color: var(--good) } .invalid { color: var(--bad) }
            .unknown { color: var(--unsure) }
            .cards { display: flex; flex-wrap: wrap; gap: 1rem 3rem;
                align-items: flex-start }
            img { max-width: 100%; height: auto; display: block; margin: .5rem 0 }
            li.violation { color: var(--bad); overflow-wrap: anywhere }
            .timeline { position: relative; font-size: 10px; line-height: 12px }
            .timeline div { position: absolute; box-sizing: border-box }
            .process { top: 0; width: 108px; font-weight: 600; overflow: hidden }
            .clock { left: 0; color: color-mix(in srgb, var(--ink) 65%, transparent) }
            .op { width: 108px; overflow: hidden; white-space: nowrap; border-radius: 2px }
            .op:hover { overflow: visible; z-index: 2; outline: 1px solid var(--ink) }
            .op.ok { background: var(--ok) } .op.info { background: var(--info) }
            .op.fail { background: var(--fail) }
            .band { left: 56px; right: 0 } .band span { display: none }
            .band.fault { background: #d332 } .band.healed { background: #ea03 }
            """;

    private Page() {}

    /// A whole page.
    ///
    /// @param title as text
    /// @param body as markup
    static String html(String title, String body) {
        return """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>%s</title>
        <style>
        %s</style></head>
        <body>
        %s</body></html>
        """
                .formatted(Markup.escape(title), STYLE, body);
    }
}
