package io.epmesh.node.dashboard;

/// What tests ask of the page, in its own language.
final class Scripts {
    /// What of cables and their tags is behind a host, in the map's own coordinates.
    static final String BEHIND =
            """
            (() => {
              const boxes = [...document.querySelectorAll('.map .host')].map((host) => {
                const {width, height} = host.querySelector('.box').getBBox();
                const {e: x, f: y} = host.transform.baseVal.consolidate().matrix;
                return {name: host.querySelector('.title').textContent, x, y, width, height};
              });
              const inside = (x, y) => boxes.find((box) => x > box.x + 1 && x < box.x + box.width - 1
                && y > box.y + 1 && y < box.y + box.height - 1);
              const cables = [...document.querySelectorAll('.map .cable')].flatMap((cable) =>
                Array.from({length: 201}, (_, i) => {
                  const {x, y} = cable.getPointAtLength(cable.getTotalLength() * i / 200);
                  return inside(x, y) && cable.textContent + ' behind ' + inside(x, y).name;
                }));
              const tags = [...document.querySelectorAll('.map .tag')].flatMap((tag) => {
                const {x, y, width, height} = tag.getBBox();
                const hidden = inside(x, y + height / 2) ?? inside(x + width, y + height / 2);
                return hidden ? ['tag at ' + hidden.name] : [];
              });
              return [...new Set([...cables, ...tags])].filter(Boolean).join(', ');
            })()
            """;

    /// The least contrast of the colours of text to that of the paper, as WCAG counts it.
    static final String CONTRAST =
            """
            (() => {
              const probe = document.createElement('i');
              document.body.append(probe);
              const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
              const light = (name) => {
                probe.style.color = `var(--${name})`;
                canvas.fillStyle = getComputedStyle(probe).color;
                canvas.fillRect(0, 0, 1, 1);
                const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
                  .map(c => c / 255)
                  .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
              const least = Math.min(...['ink', 'soft', 'accent', 'alarm'].flatMap(
                (text) => ['paper', 'raised', 'hover', 'chosen'].map(
                  (on) => ratio(light(text), light(on)))));
              probe.remove();
              return least;
            })()
            """;

    /// Controls that a screen reader could not name.
    static final String UNNAMED =
            """
            [...document.querySelectorAll('button, input, select, a, [role=button]')].filter(e =>
              !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length))
              .map(e => e.outerHTML).join('\\n')
            """;

    private Scripts() {}
}
