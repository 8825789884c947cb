// A trend as inline SVG: measured values over time with the target as a line, and the same numbers for a screen reader.
const SVG = 'http://www.w3.org/2000/svg';
const W = 520, H = 150, LEFT = 84, BOTTOM = 24, TOP = 12, RIGHT = 12;

function svg(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  if (text !== undefined) {
    node.textContent = text;
  }
  return node;
}

/** `points`: [{at, value, target, label}], oldest first; `format` says a value in words. */
export function trend(title, points, format) {
  const most = Math.max(1, ...points.map(it => it.value), ...points.map(it => it.target ?? 0)) * 1.1;
  const first = new Date(points[0].at), span = Math.max(1, new Date(points.at(-1).at) - first);
  const x = at => points.length === 1 ? (LEFT + W - RIGHT) / 2 : LEFT + (new Date(at) - first) / span * (W - LEFT - RIGHT);
  const y = value => H - BOTTOM - value / most * (H - BOTTOM - TOP);
  const chart = svg('svg', { viewBox: `0 0 ${W} ${H}`, width: W, height: H, role: 'img', class: 'muster-chart' });
  const words = points.map(it => `${new Date(it.at).toLocaleDateString()}: ${format(it.value)}`).join('; ');
  chart.append(svg('title', {}, `${title}. ${words}`));
  for (const value of [0, most / 2, most]) {
    chart.append(svg('line', { x1: LEFT, x2: W - RIGHT, y1: y(value), y2: y(value), stroke: '#ddd' }),
      svg('text', { x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end', 'font-size': 11, fill: '#444' }, format(value)));
  }
  const target = points.at(-1).target;
  if (target !== null && target !== undefined) {
    chart.append(svg('line', { x1: LEFT, x2: W - RIGHT, y1: y(target), y2: y(target), stroke: '#a8071a', 'stroke-width': 2, 'stroke-dasharray': '6 4' }),
      svg('text', { x: W - RIGHT, y: y(target) - 4, 'text-anchor': 'end', 'font-size': 11, fill: '#a8071a' }, 'target ' + format(target)));
  }
  chart.append(svg('polyline', { points: points.map(it => `${x(it.at)},${y(it.value)}`).join(' '), fill: 'none', stroke: '#0b57a4', 'stroke-width': 2 }));
  for (const point of points) {
    const over = point.target !== null && point.target !== undefined && point.value > point.target;
    const dot = over
      ? svg('path', { d: `M${x(point.at) - 5} ${y(point.value) + 4}l5 -9 5 9z`, fill: '#a8071a' })
      : svg('circle', { cx: x(point.at), cy: y(point.value), r: 4, fill: '#0b57a4' });
    dot.append(svg('title', {}, `${new Date(point.at).toLocaleString()}: ${format(point.value)}${over ? ', over the target' : ''}`));
    chart.append(dot);
  }
  for (const [point, anchor] of points.length === 1 ? [[points[0], 'middle']] : [[points[0], 'start'], [points.at(-1), 'end']]) {
    chart.append(svg('text', { x: x(point.at), y: H - 6, 'text-anchor': anchor, 'font-size': 11, fill: '#444' }, new Date(point.at).toLocaleDateString()));
  }
  return chart;
}
