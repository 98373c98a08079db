// Everything in words: rows, frames, what a row has changed.

const KIND_NAMES = {
  1: 'PreVoteRequest', 2: 'PreVoteResponse', 3: 'VoteRequest', 4: 'VoteResponse', 5: 'TimeoutNow', 6: 'StaleTerm', 16: 'AppendRequest', 17: 'AppendAccepted',
  18: 'AppendRejected', 19: 'Heartbeat', 20: 'HeartbeatResponse', 21: 'SnapshotChunk', 22: 'SnapshotProgress', 23: 'DigestNotice', 24: 'DigestReport',
  32: 'ReadIndexRequest', 33: 'ReadIndexResponse', 34: 'ForwardedCommand', 35: 'ForwardedResult',
};
const COMMAND_STATUS = ['applied', 'no leader', 'overloaded', 'unknown', 'session expired', 'sequence invalid', 'window exceeded', 'malformed', 'storage full'];
const OUTCOME_WORDS = { ok: 'succeeds', fail: 'fails', info: 'ends without anybody knowing how' };

const nameOf = (position) => `n${position + 1}`;

function seconds(ms) {
  return (ms / 1000).toFixed(6).replace(/(\.\d{3})(\d{3})$/, '$1\u2009$2') + '\u2009s';
}

function span(ms) {
  if (ms === Infinity) return 'for good';
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)}\u2009s`;
  return ms >= 1 ? `${ms.toFixed(ms >= 100 ? 0 : 1)}\u2009ms` : `${(ms * 1000).toFixed(0)}\u2009µs`;
}

// A step where there is little room: without its duration, which is drawn, and without numbers that nobody reads.
const shortText = (step) => step.text.replace(/ for [\d.]+(us|ms|s)$/, '').replace(/ rots at \d+/, ': a bit turns over').replace(/(\d+\.\d)\d+/g, '$1');

function fieldsText(frame) {
  const v = frames.fields.slice(frames.fieldAt[frame], frames.fieldAt[frame + 1]);
  switch (frames.kind[frame]) {
    case 1: return `term ${v[0]}, last ${v[1]}:${v[2]}`;
    case 2: return `term ${v[0]}, ${v[1] ? 'granted' : 'refused'}`;
    case 3: return `term ${v[0]}, last ${v[1]}:${v[2]}${v[3] ? ', transfer' : ''}`;
    case 4: return `term ${v[0]}, ${v[1] ? 'granted' : 'refused'}`;
    case 5: case 6: return `term ${v[0]}`;
    case 16: return `term ${v[0]}, after ${v[1]}:${v[2]}, ${v[5] === 1 ? '1 entry' : `${v[5]} entries`}, commit ${v[3]}`;
    case 17: return `term ${v[0]}, match ${v[1]}`;
    case 18: return `term ${v[0]}, not after ${v[1]}, hint ${v[2]}:${v[3]}`;
    case 19: return `term ${v[0]}, commit ${v[1]}, round ${v[2]}`;
    case 20: return `term ${v[0]}, round ${v[1]}`;
    case 21: return `term ${v[0]}, snapshot ${v[1]}:${v[2]}, ${v[4] ? `${v[4]} bytes at ${v[3]}` : 'how much is there?'} of ${v[5]}`;
    case 22: return `term ${v[0]}, snapshot ${v[1]}:${v[2]}, ${v[3]} of ${v[4]} bytes`;
    case 23: return `term ${v[0]}, ${v[3] ? 'a majority has ' : ''}${v[2].toString(16).padStart(8, '0')} at ${v[1]}`;
    case 24: return `term ${v[0]}, ${v[2].toString(16).padStart(8, '0')} at ${v[1]}`;
    case 32: return v[0] === 1 ? 'by lease' : 'linearizable';
    case 33: return v[0] < 0 ? 'refused' : `index ${v[0]}`;
    case 34: return v[0] === 3 ? 'open a session' : `command, ${v[1]} bytes`;
    case 35: return COMMAND_STATUS[v[0]] || `status ${v[0]}`;
    default: throw new Error(`unknown kind of message ${frames.kind[frame]}`);
  }
}

const frameName = (frame) => KIND_NAMES[frames.kind[frame]];

const frameText = (frame) => `${frameName(frame)} (${fieldsText(frame)})`;

function fateText(frame) {
  const parts = [];
  if (frames.fate[frame] === Fate.cut) return 'lost: the link is cut';
  if (frames.fate[frame] === Fate.lost) return 'lost on the way';
  if (frames.arrival[frame] >= 0) parts.push(`${frames.fate[frame] === Fate.late ? 'late: ' : ''}arrives after ${span(rows.at[frames.arrival[frame]] - frames.sentAt[frame])}`);
  if (frames.copy[frame] >= 0) parts.push(`a copy after ${span(rows.at[frames.copy[frame]] - frames.sentAt[frame])}`);
  if (frames.loss[frame] >= 0) parts.push(frames.fate[frame] === Fate.damaged ? 'damaged, and refused on arrival' : 'lost: nobody there, or the link is cut');
  return parts.length ? parts.join('; ') : 'held back, or still under way at the end';
}

function rowText(row) {
  const node = nameOf(rows.node[row]);
  const subject = rows.subject[row];
  switch (rows.kind[row]) {
    case RowKind.arrived: return `${node} receives ${frameText(subject)} from ${nameOf(frames.from[subject])}${frames.copy[subject] === row ? ', a copy' : ''}`;
    case RowKind.damaged: return `${node} refuses a damaged ${frameName(subject)} from ${nameOf(frames.from[subject])}`;
    case RowKind.lost: return `${frameText(subject)} from ${nameOf(frames.from[subject])} to ${node} is lost`;
    case RowKind.diskDone: return `${node}: the disk has finished a job`;
    case RowKind.snapshot: return `${node}: a step with a snapshot`;
    case RowKind.wake: return `${node}: a timer is due`;
    case RowKind.pass: return `${node} ends a pass${sentText(row)}`;
    case RowKind.request: return `${node} gets a client's request`;
    case RowKind.start: return `${node} starts`;
    case RowKind.mended: return `${node}: clock or disk as usual again`;
    case RowKind.step: return steps[subject].text;
    case RowKind.begun: return `${operations[subject].text} begins`;
    case RowKind.ended: return `${operations[subject].text} ${OUTCOME_WORDS[operations[subject].outcome] || operations[subject].outcome}${valueText(operations[subject])}`;
    case RowKind.settled: return `faults end${leftText()}`;
    case RowKind.verdict: return run.verdict === 'passed' ? run.problem || 'the run is over: passed' : `${run.verdict}: ${run.reason}`;
    default: throw new Error(`unknown kind of row ${rows.kind[row]}`);
  }
}

function valueText(operation) {
  if (!operation.value) return '';
  return operation.text.includes('cas ') ? `, expecting ${operation.value}` : `: ${operation.value}`;
}

function leftText() {
  const left = run.left.map((what, i) => (what === 'Whole' ? '' : `${nameOf(i)} stays ${what}`)).filter(Boolean);
  return left.length ? `; ${left.join(', ')}` : '';
}

function sentBy(row) {
  let first = lastAtMost(frames.row, row - 1) + 1;
  const sent = [];
  while (first < frames.count && frames.row[first] === row) sent.push(first++);
  return sent;
}

function sentText(row) {
  const byKind = new Map();
  for (const frame of sentBy(row)) {
    const name = frameName(frame);
    if (!byKind.has(name)) byKind.set(name, []);
    byKind.get(name).push(nameOf(frames.to[frame]));
  }
  if (byKind.size === 0) return '';
  return ': ' + [...byKind].map(([name, to]) => `${name} to ${[...new Set(to)].join(', ')}`).join('; ');
}

const FIELD_NAMES = [[Field.term, 'term'], [Field.commit, 'commit'], [Field.applied, 'applied'], [Field.last, 'last'], [Field.durable, 'synced to'], [Field.writes, 'writes waiting'], [Field.reads, 'reads waiting']];

// What a row has changed, as triples: node and field, before, after.
function changes(row) {
  const found = [];
  for (const node of nodes) {
    const i = stateIndex(node, row);
    if (i < 0 || node.row[i] !== row) continue;
    const add = (name, before, after) => before !== after && found.push([`${node.name} ${name}`, before, after]);
    add('role', i ? roleOf(node, i - 1) : 'down', roleOf(node, i));
    for (const [field, name] of FIELD_NAMES) add(name, i ? node.fields[field][i - 1] : 0, node.fields[field][i]);
    add('vote', voteText(i ? node.fields[Field.votedFor][i - 1] : 0), voteText(node.fields[Field.votedFor][i]));
    const clock = (at) => clockOf(node.fields[Field.clockRate][at]) || 'as usual';
    if (i) add('clock', clock(i - 1), clock(i));
  }
  return found;
}

const voteText = (id) => (id ? `n${id}` : 'none');
