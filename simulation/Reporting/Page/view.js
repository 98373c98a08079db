// What is looked at: a stretch of time, one event, some nodes and kinds; and where that is on the canvas.

const GUTTER = 74;
const AXIS = 24;
const CUT_ROW = 15;
const CLIENT_ROW = 9;

const view = { from: 0, to: 1, row: 0, nodes: nodes.map(() => true), families: FAMILIES.map(() => true), width: 800, height: 600 };

const shownNodes = () => nodes.filter((node) => view.nodes[node.position]);

const xOf = (at) => GUTTER + ((at - view.from) / (view.to - view.from)) * (view.width - GUTTER);
const atOf = (x) => view.from + ((x - GUTTER) / (view.width - GUTTER)) * (view.to - view.from);

function isShown(row) {
  const family = familyOfRow(row);
  if (family !== 255 && !view.families[family]) return false;
  if (rows.kind[row] <= RowKind.lost) return view.nodes[rows.node[row]] && view.nodes[frames.from[rows.subject[row]]];
  return rows.node[row] < 0 || view.nodes[rows.node[row]];
}

function show(from, to) {
  const least = 0.02;
  const length = Math.min(Math.max(to - from, least), endAt * 1.2 + 1);
  const start = Math.min(Math.max(from, -length * 0.1), endAt - length * 0.9);
  view.from = start;
  view.to = start + length;
  redraw();
}

function zoom(factor, x = xOf(rows.at[view.row])) {
  const at = atOf(x);
  show(at - (at - view.from) * factor, at + (view.to - at) * factor);
}

const pan = (share) => show(view.from + (view.to - view.from) * share, view.to + (view.to - view.from) * share);

// Goes to an event; moves the stretch of time only as far as is needed to see it well.
function select(row, centre = false) {
  view.row = Math.min(Math.max(row, 0), rowCount - 1);
  const at = rows.at[view.row];
  const length = view.to - view.from;
  if (centre || at < view.from || at > view.to) show(at - length / 2, at + length / 2);
  else if (at > view.to - length * 0.06) show(at - length * 0.8, at + length * 0.2);
  else if (at < view.from + length * 0.06) show(at - length * 0.2, at + length * 0.8);
  redraw();
}

function step(direction, wanted = isShown) {
  for (let row = view.row + direction; row >= 0 && row < rowCount; row += direction) {
    if (!wanted(row)) continue;
    select(row);
    return true;
  }
  return false;
}

// A stretch around an event in which single messages can be told apart.
function frame(row, count = 260) {
  const first = Math.max(0, row - Math.round(count * 0.6));
  const last = Math.min(rowCount - 1, first + count);
  const margin = Math.max((rows.at[last] - rows.at[first]) * 0.03, 0.05);
  view.row = row;
  show(rows.at[first] - margin, rows.at[last] + margin);
}

const layout = { cuts: [], cutRows: 0, lanes: new Map(), laneHeight: 80, clients: 0 };

// Where everything stands from top to bottom. Cuts that overlap in time take rows of their own.
function place() {
  const rowEnds = [];
  layout.cuts = [];
  for (const step of steps) {
    if (step.kind !== 'cut' && step.kind !== 'clog' && step.kind !== 'rule') continue;
    const end = step.kind === 'rule' ? ruleEnd(step) : stepEnd(step);
    if (end < view.from || step.at > view.to) continue;
    let at = rowEnds.findIndex((taken) => taken <= step.at);
    if (at < 0) at = rowEnds.length;
    rowEnds[at] = end;
    if (at < 5) layout.cuts.push({ step, end, row: at });
  }
  layout.cutRows = Math.min(rowEnds.length, 5);
  const shown = shownNodes();
  const top = AXIS + Math.max(layout.cutRows, 1) * CUT_ROW + 6;
  const bottom = run.clients * CLIENT_ROW + 20;
  layout.laneHeight = Math.max(54, Math.min(200, (view.height - top - bottom) / Math.max(shown.length, 1)));
  layout.lanes = new Map();
  shown.forEach((node, i) => layout.lanes.set(node.position, top + layout.laneHeight * i));
  layout.clients = top + layout.laneHeight * shown.length + 14;
}

function ruleEnd(rule) {
  const pass = steps.find((s) => s.row > rule.row && s.kind === 'pass' && sameLinks(s, rule));
  return Math.min(pass ? pass.at : endAt, settledAt, endAt);
}

// Messages begin and end at the middle of a node's bar.
const barOf = (position) => layout.lanes.get(position) + layout.laneHeight * 0.3;
