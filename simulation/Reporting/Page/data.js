// What the run was: typed columns from the page's data, and questions about them. Times are milliseconds of true time.

const TICKS_PER_MS = 1e4;
const RowKind = { arrived: 0, damaged: 1, lost: 2, diskDone: 3, wake: 4, pass: 5, request: 6, start: 7, mended: 8, step: 9, begun: 10, ended: 11, settled: 12, verdict: 13, snapshot: 14 };
const Field = {
  flags: 0, role: 1, term: 2, votedFor: 3, leader: 4, commit: 5, applied: 6, last: 7, durable: 8, leaseUntil: 9, pausedUntil: 10, diskHangsUntil: 11,
  writes: 12, reads: 13, transferTarget: 14, clockRate: 15, clockSince: 16, clockOffset: 17,
};
const FIELD_COUNT = 18;
const Flag = { up: 1, diskIsBusy: 2, diskIsFull: 4, diskHasRotted: 8, isBroken: 16 };
const Fate = { arrives: 0, lost: 1, copied: 2, late: 3, damaged: 4, cut: 5 };
const ROLES = ['follower', 'pre-candidate', 'candidate', 'leader'];
const FIELDS_OF_KIND = { 1: 3, 2: 2, 3: 4, 4: 2, 5: 1, 6: 1, 16: 6, 17: 3, 18: 5, 19: 3, 20: 2, 21: 6, 22: 5, 23: 4, 24: 3, 32: 1, 33: 1, 34: 2, 35: 1 };

const source = JSON.parse(document.getElementById('data').textContent);
const run = source.run;
const rows = readRows(source.rows);
const rowCount = rows.at.length;
const endAt = rows.at[rowCount - 1];
const steps = source.steps.map((step) => ({ ...step, at: rows.at[step.row], links: step.links || [], lasts: step.lasts === undefined ? 0 : step.lasts < 0 ? Infinity : step.lasts / TICKS_PER_MS }));
const settledRow = rows.kind.indexOf(RowKind.settled);
const settledAt = settledRow < 0 ? Infinity : rows.at[settledRow];
const frames = readFrames(source.frames);
const nodes = source.nodes.map(readNode);
const operations = source.operations.map(([client, begin, end, outcome, text, value]) => ({ client, begin, end, outcome, text, value }));
const violationRow = findViolation();

function sums(differences, scale) {
  const values = new Float64Array(differences.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += differences[i];
    values[i] = sum / scale;
  }
  return values;
}

function readRows(from) {
  return { at: sums(from.at, TICKS_PER_MS), kind: Uint8Array.from(from.kind), node: Int8Array.from(from.node), subject: Int32Array.from(from.subject) };
}

function readFrames(from) {
  const count = from.from.length;
  const result = {
    count, row: Int32Array.from(sums(from.row, 1)), from: Uint8Array.from(from.from), to: Uint8Array.from(from.to), kind: Uint8Array.from(from.kind),
    fate: Uint8Array.from(from.fate), bytes: Int32Array.from(from.bytes), fields: from.fields, fieldAt: new Int32Array(count + 1),
    arrival: new Int32Array(count).fill(-1), copy: new Int32Array(count).fill(-1), loss: new Int32Array(count).fill(-1),
    sentAt: new Float64Array(count), endAt: new Float64Array(count), latestEnd: new Float64Array(count),
  };
  for (let i = 0; i < count; i++) result.fieldAt[i + 1] = result.fieldAt[i] + FIELDS_OF_KIND[result.kind[i]];
  for (let row = 0; row < rowCount; row++) {
    const frame = rows.subject[row];
    if (rows.kind[row] > RowKind.lost) continue;
    if (rows.kind[row] !== RowKind.arrived) result.loss[frame] = row;
    else if (result.arrival[frame] < 0) result.arrival[frame] = row;
    else result.copy[frame] = row;
  }
  const usual = usualDelay(result);
  for (let i = 0; i < count; i++) {
    result.sentAt[i] = rows.at[result.row[i]];
    const last = Math.max(result.arrival[i], result.copy[i], result.loss[i]);
    result.endAt[i] = last < 0 ? result.sentAt[i] + usual : rows.at[last];
    result.latestEnd[i] = i === 0 ? result.endAt[i] : Math.max(result.latestEnd[i - 1], result.endAt[i]);
  }
  return result;
}

function usualDelay(of) {
  const delays = [];
  for (let i = 0; i < of.count; i += 7) if (of.arrival[i] >= 0) delays.push(rows.at[of.arrival[i]] - rows.at[of.row[i]]);
  delays.sort((a, b) => a - b);
  return delays.length ? delays[delays.length >> 1] : 1;
}

function readNode(from, position) {
  const row = Int32Array.from(sums(from.row, 1));
  const fields = Array.from({ length: FIELD_COUNT }, () => new Float64Array(row.length));
  let at = 0;
  for (let i = 0; i < row.length; i++) {
    const mask = from.changes[at++];
    for (let f = 0; f < FIELD_COUNT; f++) fields[f][i] = mask & (1 << f) ? from.changes[at++] : i === 0 ? 0 : fields[f][i - 1];
  }
  const node = { position, name: `n${position + 1}`, row, fields, logs: readLogs(from.log) };
  node.logRow = Int32Array.from(node.logs, (log) => log.row);
  node.roles = segments(node, (i) => `${roleOf(node, i)} ${fields[Field.term][i]}`);
  node.busy = segments(node, (i) => (fields[Field.flags][i] & Flag.diskIsBusy ? 'busy' : '')).filter((s) => s.what);
  node.full = segments(node, (i) => (fields[Field.flags][i] & Flag.diskIsFull ? 'full' : '')).filter((s) => s.what);
  node.paused = untils(node, Field.pausedUntil);
  node.hangs = untils(node, Field.diskHangsUntil);
  node.leases = untils(node, Field.leaseUntil);
  node.clocks = segments(node, (i) => clockOf(fields[Field.clockRate][i])).filter((s) => s.what);
  return node;
}

function readLogs(from) {
  const logs = [];
  let runs = [];
  for (let at = 0; at < from.length;) {
    const row = from[at++];
    const kept = from[at++];
    const added = from[at++];
    runs = runs.filter((r) => r.first <= kept).map((r) => (r.last <= kept ? r : { ...r, last: kept }));
    let next = kept + 1;
    for (let i = 0; i < added; i++) {
      const term = from[at++];
      const count = from[at++];
      const before = runs[runs.length - 1];
      if (before && before.term === term) runs[runs.length - 1] = { ...before, last: before.last + count };
      else runs.push({ term, first: next, last: next + count - 1 });
      next += count;
    }
    logs.push({ row, runs });
  }
  return logs;
}

function roleOf(node, i) {
  return i >= 0 && node.fields[Field.flags][i] & Flag.up ? ROLES[node.fields[Field.role][i]] : 'down';
}

// Clocks are worth showing when they stand, or run at a pace that no good clock has.
function clockOf(rate) {
  return rate <= -1e9 ? 'stands' : rate < -0.1e9 ? 'crawls' : rate > 0.1e9 ? 'races' : '';
}

// Stretches of time in which something stayed the same.
function segments(node, what) {
  const found = [];
  for (let i = 0; i < node.row.length; i++) {
    const now = what(i);
    const open = found[found.length - 1];
    if (open && open.what === now) continue;
    const at = rows.at[node.row[i]];
    if (open) open.to = at;
    found.push({ from: at, to: endAt, what: now, index: i });
  }
  return found;
}

// Stretches that last until an instant which is put off again and again, or withdrawn.
function untils(node, field) {
  const found = [];
  for (let i = 0; i < node.row.length; i++) {
    const value = node.fields[field][i];
    if (i > 0 && value === node.fields[field][i - 1]) continue;
    const at = rows.at[node.row[i]];
    const open = found[found.length - 1];
    if (open && open.to > at) open.to = at;
    if (value === 0) continue;
    const to = value < 0 ? endAt : Math.min(value / TICKS_PER_MS, endAt);
    if (open && open.to === at) open.to = to;
    else found.push({ from: at, to });
  }
  return found;
}

// The last index whose value is not above the wanted one; -1: none.
function lastAtMost(values, wanted) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const stateIndex = (node, row) => lastAtMost(node.row, row);

function logAt(node, row) {
  const i = lastAtMost(node.logRow, row);
  return i < 0 ? [] : node.logs[i].runs;
}

// Links that are cut, held back or ruled over after a row, and by what.
function brokenLinks(row) {
  const at = rows.at[row];
  const broken = [];
  for (const step of steps) {
    if (step.row > row) break;
    if (step.kind === 'heal') broken.splice(0, broken.length, ...broken.filter((b) => b.kind === 'rule'));
    if (step.kind === 'pass') broken.splice(0, broken.length, ...broken.filter((b) => b.kind !== 'rule' || !sameLinks(b, step)));
    const lasts = step.kind === 'rule' || step.at + step.lasts > at;
    if ((step.kind === 'cut' || step.kind === 'clog' || step.kind === 'rule') && lasts && (row < settledRow || settledRow < 0)) broken.push(step);
  }
  return broken;
}

const sameLinks = (a, b) => a.links.some((_, i) => i % 2 === 0 && b.links.some((_, j) => j % 2 === 0 && a.links[i] === b.links[j] && a.links[i + 1] === b.links[j + 1]));

// When a step's effect is over, as far as the timeline shows it.
function stepEnd(step) {
  const end = Math.min(step.at + step.lasts, settledAt, endAt);
  const heal = step.kind === 'cut' || step.kind === 'clog' ? steps.find((s) => s.kind === 'heal' && s.row > step.row) : undefined;
  return heal ? Math.min(end, heal.at) : end;
}

function findViolation() {
  if (run.verdict === 'passed' && !run.problem) return -1;
  if (run.culprit < 0) return rowCount - 1;
  const culprit = operations[run.culprit];
  return culprit.end >= 0 ? culprit.end : culprit.begin;
}
