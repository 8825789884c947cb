// Markdown as Muster's documents use it, as nodes: headings, lists, tables, code, emphasis. Nothing is ever read as HTML.
import { el } from './ui.js';

export function inline(text) {
  const nodes = [];
  const marks = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)|\\([\\`*_{}[\]()#+\-.!|<>])/g;
  let at = 0;
  for (const found of text.matchAll(marks)) {
    nodes.push(text.slice(at, found.index));
    at = found.index + found[0].length;
    nodes.push(found[1] !== undefined ? el('code', {}, found[1])
      : found[2] !== undefined ? el('strong', {}, found[2])
      : found[3] !== undefined ? el('em', {}, found[3])
      : found[4] !== undefined ? el('a', { href: found[5], rel: 'noreferrer' }, found[4])
      : found[6]);
  }
  nodes.push(text.slice(at));
  return nodes.filter(node => node !== '');
}

const cells = line => line.replace(/^\s*\|/, '').replace(/\|\s*$/, '').split(/(?<!\\)\|/).map(cell => cell.trim().replaceAll('\\|', '|'));

const blocks = [
  [/^```/, lines => {
    lines.shift();
    const code = [];
    while (lines.length && !lines[0].startsWith('```')) {
      code.push(lines.shift());
    }
    lines.shift();
    return el('pre', {}, code.join('\n'));
  }],
  [/^#{1,6} /, lines => {
    const [, marks, text] = /^(#+) (.*)$/.exec(lines.shift());
    return el('h' + Math.min(marks.length + 2, 6), {}, inline(text));
  }],
  [/^\s*\|/, lines => {
    const rows = [];
    while (lines.length && /^\s*\|/.test(lines[0])) {
      rows.push(cells(lines.shift()));
    }
    const head = rows.length > 1 && rows[1].every(cell => /^:?-+:?$/.test(cell)) ? rows.splice(0, 2)[0] : null;
    return el('table', {},
      head ? el('thead', {}, el('tr', {}, head.map(cell => (cell ? el('th', { scope: 'col' }, inline(cell)) : el('td'))))) : null,
      el('tbody', {}, rows.map(row => el('tr', {}, row.map(cell => el('td', {}, inline(cell)))))));
  }],
  [/^\s*([-*+]|\d+[.)]) /, lines => {
    const numbered = /^\s*\d/.test(lines[0]);
    const items = [];
    while (lines.length && /^(\s*([-*+]|\d+[.)]) |\s+\S)/.test(lines[0])) {
      const line = lines.shift();
      if (/^\s*([-*+]|\d+[.)]) /.test(line)) {
        items.push(line.replace(/^\s*([-*+]|\d+[.)]) /, ''));
      } else {
        items[items.length - 1] += ' ' + line.trim();
      }
    }
    return el(numbered ? 'ol' : 'ul', {}, items.map(item => el('li', {}, inline(item))));
  }],
  [/^>/, lines => {
    const quoted = [];
    while (lines.length && lines[0].startsWith('>')) {
      quoted.push(lines.shift().replace(/^> ?/, ''));
    }
    return el('blockquote', {}, inline(quoted.join(' ')));
  }],
  [/^(-{3,}|\*{3,})\s*$/, lines => {
    lines.shift();
    return el('hr');
  }],
];

export function markdown(text) {
  const lines = text.replaceAll('\r', '').split('\n');
  const nodes = [];
  while (lines.length) {
    const block = blocks.find(([sign]) => sign.test(lines[0]));
    if (block) {
      nodes.push(block[1](lines));
    } else if (!lines[0].trim()) {
      lines.shift();
    } else {
      const paragraph = [lines.shift()];
      while (lines.length && lines[0].trim() && !blocks.some(([sign]) => sign.test(lines[0]))) {
        paragraph.push(lines.shift());
      }
      nodes.push(el('p', {}, inline(paragraph.join(' '))));
    }
  }
  return el('div', { class: 'muster-document' }, nodes);
}
