// Mouse, keys, buttons, and the one place from which everything is drawn.

const slider = document.getElementById('slider');
const tip = document.getElementById('tip');
let isScheduled = false;

function redraw() {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(drawAll);
}

function drawAll() {
  isScheduled = false;
  const drawn = drawTimeline();
  drawOverview();
  drawPanel();
  slider.value = view.row;
  document.getElementById('place').textContent = `${(view.row + 1).toLocaleString('en')} / ${rowCount.toLocaleString('en')} · ${seconds(rows.at[view.row])}`;
  return drawn;
}

const isFault = (row) => rows.kind[row] === RowKind.step;

function isRoleChange(row) {
  for (const node of nodes) {
    const i = stateIndex(node, row);
    if (i >= 0 && node.row[i] === row && roleOf(node, i) !== (i ? roleOf(node, i - 1) : 'down')) return true;
  }
  return false;
}

const ACTIONS = {
  ArrowRight: (e) => (e.shiftKey ? pan(0.2) : step(1)),
  ArrowLeft: (e) => (e.shiftKey ? pan(-0.2) : step(-1)),
  PageDown: () => select(view.row + 100),
  PageUp: () => select(view.row - 100),
  Home: () => select(0),
  End: () => select(rowCount - 1),
  '+': () => zoom(0.6),
  '=': () => zoom(0.6),
  '-': () => zoom(1 / 0.6),
  0: () => show(0, endAt),
  z: () => frame(view.row),
  v: () => violationRow >= 0 && (select(violationRow, true), frame(violationRow)),
  r: () => step(1, isRoleChange),
  R: () => step(-1, isRoleChange),
  f: () => step(1, isFault),
  F: () => step(-1, isFault),
  '/': () => document.getElementById('search').focus(),
  '?': () => document.getElementById('help').showModal(),
};

function listen() {
  const on = (id, type, act) => document.getElementById(id).addEventListener(type, act);
  on('first-violation', 'click', ACTIONS.v);
  on('next-role', 'click', (e) => (e.shiftKey ? ACTIONS.R() : ACTIONS.r()));
  on('next-fault', 'click', (e) => (e.shiftKey ? ACTIONS.F() : ACTIONS.f()));
  on('before', 'click', () => step(-1));
  on('after', 'click', () => step(1));
  on('help-button', 'click', ACTIONS['?']);
  on('help', 'click', (e) => e.target.id === 'help' && e.target.close());
  on('slider', 'input', () => select(Number(slider.value)));
  on('search', 'input', (e) => search(e.target.value));
  on('search', 'keydown', (e) => {
    if (e.key === 'Enter') searchNext(e.shiftKey ? -1 : 1);
    if (e.key === 'Escape') e.target.blur();
    e.stopPropagation();
  });
  document.addEventListener('keydown', (e) => {
    const act = ACTIONS[e.key];
    if (!act || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    act(e);
  });
  window.addEventListener('resize', redraw);
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    colours = readColours();
    redraw();
  });
  listenToTimeline();
  listenToOverview();
}

function listenToTimeline() {
  let drag = null;
  timeline.addEventListener('wheel', (e) => {
    e.preventDefault();
    if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) pan((e.deltaX || e.deltaY) / view.width);
    else zoom(Math.exp(Math.max(-60, Math.min(60, e.deltaY)) * 0.006), e.offsetX);
  }, { passive: false });
  timeline.addEventListener('pointerdown', (e) => {
    drag = { x: e.offsetX, from: view.from, to: view.to, moved: false };
    timeline.setPointerCapture(e.pointerId);
  });
  timeline.addEventListener('pointermove', (e) => {
    if (!drag) return point(e);
    const by = ((e.offsetX - drag.x) / (view.width - GUTTER)) * (drag.to - drag.from);
    drag.moved ||= Math.abs(e.offsetX - drag.x) > 3;
    if (!drag.moved) return undefined;
    timeline.classList.add('drag');
    tip.hidden = true;
    return show(drag.from - by, drag.to - by);
  });
  timeline.addEventListener('pointerup', (e) => {
    if (drag && !drag.moved) pick(e.offsetX, e.offsetY);
    drag = null;
    timeline.classList.remove('drag');
  });
  timeline.addEventListener('pointerleave', () => { tip.hidden = true; });
  timeline.addEventListener('dblclick', (e) => zoom(0.3, e.offsetX));
}

// A click: the message under it, or else the nearest event of the lane under it.
function pick(x, y) {
  const frame = frameAt(x, y);
  if (frame >= 0) {
    const end = Math.max(frames.arrival[frame], frames.loss[frame]);
    select(end < 0 ? frames.row[frame] : end);
    return;
  }
  const operation = operationAt(x, y);
  if (operation) {
    select(operation.begin);
    return;
  }
  const lane = shownNodes().find((node) => y >= layout.lanes.get(node.position) && y < layout.lanes.get(node.position) + layout.laneHeight);
  const wanted = (row) => isShown(row) && (!lane || rows.node[row] === lane.position);
  let left = lastAtMost(rows.at, atOf(x));
  let right = left + 1;
  while (left >= 0 && !wanted(left)) left--;
  while (right < rowCount && !wanted(right)) right++;
  const nearer = right >= rowCount || (left >= 0 && atOf(x) - rows.at[left] <= rows.at[right] - atOf(x)) ? left : right;
  if (nearer >= 0) select(nearer);
}

function operationAt(x, y) {
  const client = Math.floor((y - layout.clients) / CLIENT_ROW);
  return operations.find((o) => o.client === client && x >= xOf(rows.at[o.begin]) - 1 && x <= xOf(o.end < 0 ? endAt : rows.at[o.end]) + 1);
}

// What the pointer is over, in words.
function point(e) {
  const frame = frameAt(e.offsetX, e.offsetY);
  const operation = frame < 0 ? operationAt(e.offsetX, e.offsetY) : null;
  const cut = layout.cuts.find((c) => e.offsetY >= AXIS + c.row * CUT_ROW && e.offsetY < AXIS + (c.row + 1) * CUT_ROW && e.offsetX >= xOf(c.step.at) && e.offsetX <= xOf(c.end));
  if (frame >= 0) tip.textContent = `${nameOf(frames.from[frame])} → ${nameOf(frames.to[frame])}  ${frameText(frame)}\n${fateText(frame)}`;
  else if (operation) tip.textContent = `${operation.text}\n${OUTCOME_WORDS[operation.outcome] || 'never over'}${valueText(operation)}`;
  else if (cut) tip.textContent = cut.step.text;
  tip.hidden = frame < 0 && !operation && !cut;
  tip.style.left = `${Math.min(e.offsetX + 14, view.width - 300)}px`;
  tip.style.top = `${e.offsetY + 16}px`;
}

function listenToOverview() {
  let isDown = false;
  const go = (e) => {
    const at = overviewAt(e.offsetX);
    const half = (view.to - view.from) / 2;
    show(at - half, at + half);
  };
  overview.addEventListener('pointerdown', (e) => {
    isDown = true;
    overview.setPointerCapture(e.pointerId);
    go(e);
  });
  overview.addEventListener('pointermove', (e) => isDown && go(e));
  overview.addEventListener('pointerup', () => { isDown = false; });
}

function fillHead() {
  const set = (id, text) => { document.getElementById(id).textContent = text; };
  set('name', run.name.split(/[\\/]/).pop());
  set('verdict', run.verdict === 'passed' && run.problem ? 'does not hold' : run.verdict);
  document.getElementById('verdict').classList.toggle('bad', violationRow >= 0);
  const number = (value) => value.toLocaleString('en');
  set('facts', `${nodes.length} nodes · ${(endAt / 1000).toFixed(3)} s · ${number(run.events)} events · ${number(run.operations)} operations · ${number(run.faults)} faults · trace ${run.trace}`);
  const reason = document.getElementById('reason');
  reason.hidden = violationRow < 0;
  reason.textContent = run.reason || run.problem;
  document.getElementById('first-violation').disabled = violationRow < 0;
  slider.max = rowCount - 1;
  document.getElementById('help').innerHTML = `<h1>Keys</h1><br><dl>${[
    ['← →', 'one event back or on, as the filters let through'], ['Page up, down', 'a hundred events'], ['Home, End', 'first and last event'],
    ['v', 'first violation'], ['r, Shift+R', 'next or last role change'], ['f, Shift+F', 'next or last fault'], ['+ −', 'zoom at the event'],
    ['z', 'a stretch in which single messages can be told apart'], ['0', 'the whole run'], ['Shift + ← →', 'move in time'], ['/', 'search; Enter and Shift+Enter go through what was found'],
    ['Wheel, drag', 'zoom, move'], ['Click', 'go to the message, operation or event there'],
  ].map(([key, text]) => `<dt>${key}</dt><dd>${text}</dd>`).join('')}</dl>`;
}

// The address may name an event and how many to show around it: #event=1234&around=300.
function start() {
  fillHead();
  buildFilters();
  listen();
  const wanted = new URLSearchParams(location.hash.slice(1));
  const first = wanted.has('event') ? Number(wanted.get('event')) - 1 : violationRow >= 0 ? violationRow : 0;
  frame(Math.min(Math.max(first, 0), rowCount - 1), Number(wanted.get('around')) || 260);
  if (wanted.has('all')) show(0, endAt);
  drawAll();
  if (wanted.has('check')) check();
}
