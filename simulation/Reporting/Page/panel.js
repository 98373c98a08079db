// The right side: the selected event in words, the cluster, every node's state, every log, and the events around.

const LOG_CELLS = 44;
const LIST_BEFORE = 12;
const LIST_AFTER = 22;

function drawPanel() {
  drawEvent();
  drawCluster();
  drawStates();
  drawLogs();
  drawList();
}

function drawEvent() {
  const row = view.row;
  const section = document.getElementById('event');
  const list = element('ul');
  for (const [what, before, after] of changes(row)) list.append(element('li', { class: 'change' }, `${what}: ${before} → `, element('b', {}, `${after}`)));
  if (rows.kind[row] <= RowKind.lost) {
    const frame = rows.subject[row];
    list.append(element('li', {}, link(`sent ${span(rows.at[row] - frames.sentAt[frame])} earlier, ${frames.bytes[frame]} bytes`, frames.row[frame])));
  }
  for (const frame of sentBy(row)) {
    const end = Math.max(frames.arrival[frame], frames.loss[frame]);
    list.append(element('li', {}, link(`to ${nameOf(frames.to[frame])}: ${frameText(frame)} – ${fateText(frame)}`, end < 0 ? row : end)));
  }
  if (rows.kind[row] === RowKind.begun || rows.kind[row] === RowKind.ended) {
    const operation = operations[rows.subject[row]];
    const other = rows.kind[row] === RowKind.begun ? operation.end : operation.begin;
    list.append(element('li', {}, other < 0 ? 'never over' : link(rows.kind[row] === RowKind.begun ? `${OUTCOME_WORDS[operation.outcome]} ${span(rows.at[other] - rows.at[row])} later${valueText(operation)}` : `began ${span(rows.at[row] - rows.at[other])} earlier`, other)));
  }
  const text = rowText(row);
  section.replaceChildren(
    element('div', { class: 'when' }, `${seconds(rows.at[row])} · event ${row + 1} of ${rowCount}`),
    element('div', { class: 'text' }, text.length > 400 ? `${text.slice(0, 400)}…` : text), list);
}

const link = (text, row) => element('a', { onclick: () => select(row) }, text);

function drawCluster() {
  const row = view.row;
  const broken = brokenLinks(row);
  const size = 150;
  const where = nodes.map((_, i) => {
    const angle = -Math.PI / 2 + (i * 2 * Math.PI) / nodes.length;
    return nodes.length === 1 ? [size / 2, size / 2] : [size / 2 + 56 * Math.cos(angle), size / 2 + 56 * Math.sin(angle)];
  });
  const parts = [];
  for (let a = 0; a < nodes.length; a++) for (let b = 0; b < nodes.length; b++) if (a !== b) parts.push(linkLine(where[a], where[b], stateOfLink(broken, a, b)));
  nodes.forEach((node, i) => {
    const at = stateIndex(node, row);
    const role = roleOf(node, at);
    const paused = at >= 0 && isOn(node.fields[Field.pausedUntil][at], row);
    const [x, y] = where[i];
    const ink = role === 'leader' ? 'var(--on-dark)' : 'var(--ink)';
    parts.push(`<circle cx="${x}" cy="${y}" r="17" fill="var(--${role})" stroke="${rows.node[row] === i ? 'var(--select)' : 'var(--panel)'}" stroke-width="2" ${role === 'down' || paused ? 'stroke-dasharray="3 3"' : ''}/>`);
    parts.push(`<text x="${x}" y="${y + 4}" text-anchor="middle" font-size="12" font-weight="650" fill="${role === 'down' ? 'var(--faint)' : ink}">${node.name}</text>`);
  });
  const section = document.getElementById('cluster');
  section.innerHTML = `<svg width="${size}" height="${size}" viewBox="0 0 ${size} ${size}">${parts.join('')}</svg>`;
  const list = element('ul');
  for (const step of broken) list.append(element('li', { class: 'on' }, `${shortText(step)}${step.kind === 'rule' || step.lasts === Infinity ? '' : `, ${span(step.at + step.lasts - rows.at[row])} left`}`));
  if (!broken.length) list.append(element('li', {}, 'every link is whole'));
  list.append(element('li', {}, `election ${range('election')}, heartbeat ${range('heartbeat')}, lease ${range('lease')}`));
  list.append(element('li', {}, `delay ${range('delay')}, disk ${range('disk')}, clocks ${run.plan.clocks}`));
  section.append(list);
}

// A time of the plan, or from which to which it is drawn.
const range = (name) => [].concat(run.plan[name]).map((ticks) => span(ticks / TICKS_PER_MS)).join(' to ');

function stateOfLink(broken, from, to) {
  for (const step of broken) {
    for (let i = 0; i < step.links.length; i += 2) if (step.links[i] === from && step.links[i + 1] === to) return step.kind;
  }
  return '';
}

// Both directions of a link run beside each other.
function linkLine([x0, y0], [x1, y1], state) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  const [nx, ny] = [(-(y1 - y0) / length) * 3, ((x1 - x0) / length) * 3];
  const colour = state === 'cut' ? 'var(--fault)' : state ? 'var(--candidate)' : 'var(--line)';
  return `<line x1="${x0 + nx}" y1="${y0 + ny}" x2="${x1 + nx}" y2="${y1 + ny}" stroke="${colour}" stroke-width="1.5" ${state ? 'stroke-dasharray="3 3"' : ''}/>`;
}

const isOn = (until, row) => until < 0 || until / TICKS_PER_MS > rows.at[row];

function drawStates() {
  const row = view.row;
  const head = element('tr', {}, ...['', '', 'term', 'vote', 'commit', 'applied', 'last', 'synced', 'lease', 'clock ±'].map((text, i) => element('th', { class: i < 2 ? 'left' : undefined }, text)));
  const table = element('table', {}, head);
  for (const node of nodes) {
    const i = stateIndex(node, row);
    const role = roleOf(node, i);
    const cell = (field, text = (v) => `${v}`) => {
      const isNew = i > 0 && node.row[i] === row && node.fields[field][i] !== node.fields[field][i - 1];
      return element('td', { class: isNew ? 'new' : undefined }, i < 0 || role === 'down' ? '–' : text(node.fields[field][i]));
    };
    table.append(element('tr', { class: rows.node[row] === node.position ? 'now' : undefined },
      element('td', {}, element('b', {}, node.name)),
      element('td', { class: 'left' }, element('span', { class: `role ${role}`, style: `background: var(--${role})` }, role === 'pre-candidate' ? 'pre-cand.' : role)),
      cell(Field.term), cell(Field.votedFor, (v) => (v ? `n${v}` : '–')), cell(Field.commit), cell(Field.applied), cell(Field.last), cell(Field.durable),
      cell(Field.leaseUntil, (v) => (v / TICKS_PER_MS > rows.at[row] ? span(v / TICKS_PER_MS - rows.at[row]) : v < 0 ? '∞' : '–')),
      element('td', {}, i < 0 || role === 'down' ? '–' : clockText(node, i, row))));
    const notes = i < 0 ? [] : notesOf(node, i, row);
    if (notes.length) table.append(element('tr', {}, element('td', { class: 'note', colspan: '10' }, notes.join(' · '))));
  }
  document.getElementById('states').replaceChildren(element('h2', {}, 'Nodes after this event'), table);
}

// How far a clock has run ahead of true time, or behind it, since the process began.
function clockText(node, i, row) {
  const boot = bootOf(node, i);
  const ahead = clockAhead(node, i, rows.at[row]) - clockAhead(node, boot, rows.at[node.row[boot]]);
  return `${ahead < 0 ? '−' : '+'}${span(Math.abs(ahead))}`;
}

function clockAhead(node, i, at) {
  return (node.fields[Field.clockOffset][i] + (at * TICKS_PER_MS - node.fields[Field.clockSince][i]) * (node.fields[Field.clockRate][i] / 1e9)) / TICKS_PER_MS;
}

function bootOf(node, i) {
  while (i > 0 && node.fields[Field.flags][i - 1] & Flag.up) i--;
  return i;
}

function notesOf(node, i, row) {
  const value = (field) => node.fields[field][i];
  const notes = [];
  if (isOn(value(Field.pausedUntil), row)) notes.push(`paused${leftOf(value(Field.pausedUntil), row)}`);
  if (isOn(value(Field.diskHangsUntil), row)) notes.push(`disk hangs${leftOf(value(Field.diskHangsUntil), row)}`);
  if (value(Field.flags) & Flag.diskIsFull) notes.push('disk full');
  if (value(Field.flags) & Flag.diskHasRotted) notes.push('a bit of its disk has turned over');
  if (value(Field.flags) & Flag.isBroken) notes.push('its log is damaged: does not start');
  if (clockOf(value(Field.clockRate))) notes.push(`clock ${clockOf(value(Field.clockRate))}`);
  if (value(Field.flags) & Flag.up) {
    if (value(Field.transferTarget)) notes.push(`hands over to n${value(Field.transferTarget)}`);
    if (value(Field.writes)) notes.push(counted(value(Field.writes), 'write'));
    if (value(Field.reads)) notes.push(counted(value(Field.reads), 'read'));
  }
  return notes;
}

const counted = (count, what) => `${count} ${what}${count === 1 ? ' waits' : 's wait'}`;

const leftOf = (until, row) => (until < 0 ? ' for good' : `, ${span(until / TICKS_PER_MS - rows.at[row])} left`);

function drawLogs() {
  const row = view.row;
  let high = 1;
  for (const node of nodes) for (const r of logAt(node, row)) high = Math.max(high, r.last);
  const first = Math.max(1, high - LOG_CELLS + 2);
  const section = document.getElementById('logs');
  section.replaceChildren(element('h2', {}, 'Logs', element('small', {}, 'hatched: written, not synced yet; underlined: committed')));
  for (const node of nodes) {
    const canvas = element('canvas', { title: logAt(node, row).map((r) => `term ${r.term}: ${r.first}–${r.last}`).join('\n') });
    section.append(element('div', { class: 'log' }, element('b', {}, node.name), canvas));
    drawLog(canvas, node, row, first);
  }
  section.append(element('div', { class: 'log-scale' }, element('span', {}, `index ${first}`), element('span', {}, 'coloured by term'), element('span', {}, `${high}`)));
}

function drawLog(canvas, node, row, first) {
  const { context, width } = prepare(canvas);
  const i = stateIndex(node, row);
  const cell = width / LOG_CELLS;
  const durable = i < 0 ? 0 : node.fields[Field.durable][i];
  const commit = i < 0 || roleOf(node, i) === 'down' ? 0 : node.fields[Field.commit][i];
  context.font = `600 10px ${FONT}`;
  context.textBaseline = 'middle';
  context.fillStyle = colours.lane;
  context.fillRect(0, 2, width, 13);
  context.globalAlpha = roleOf(node, i) === 'down' ? 0.4 : 1;
  for (const r of logAt(node, row)) {
    if (r.last < first) continue;
    for (let index = Math.max(r.first, first); index <= r.last; index++) {
      context.fillStyle = index <= durable ? termColour(r.term) : hatch(context, termColour(r.term), 4);
      context.fillRect((index - first) * cell, 2, cell - 1, 13);
    }
    const x = (Math.max(r.first, first) - first) * cell;
    const label = `${r.term}`;
    if ((r.last - Math.max(r.first, first) + 1) * cell < context.measureText(label).width + 2) continue;
    context.fillStyle = colours['on-dark'];
    if (Math.max(r.first, first) <= durable) context.fillText(label, x + 1.5, 9);
  }
  context.globalAlpha = 1;
  context.fillStyle = colours.ink;
  if (commit >= first) context.fillRect(0, 17, (commit - first + 1) * cell - 1, 2);
}

function drawList() {
  const before = [];
  for (let row = view.row - 1; row >= 0 && before.length < LIST_BEFORE; row--) if (isShown(row)) before.unshift(row);
  const after = [];
  for (let row = view.row + 1; row < rowCount && after.length < LIST_AFTER; row++) if (isShown(row)) after.push(row);
  const list = element('ol');
  for (const row of [...before, view.row, ...after]) {
    const family = familyOfRow(row);
    const colour = rows.kind[row] === RowKind.lost || rows.kind[row] === RowKind.step || family === 255 ? 'var(--fault)' : `var(--${FAMILIES[family].kinds ? FAMILIES[family].id : 'line'})`;
    const node = rows.node[row] < 0 ? '' : nameOf(rows.node[row]);
    list.append(element('li', { class: row === view.row ? 'now' : undefined, style: `border-left-color: ${colour}`, onclick: () => select(row) },
      element('time', {}, (rows.at[row] / 1000).toFixed(6)), element('b', {}, node), element('span', { title: rowText(row) }, rowText(row).replace(new RegExp(`^${node}:? `), ''))));
  }
  document.getElementById('list').replaceChildren(element('h2', {}, 'Events around'), list);
}
