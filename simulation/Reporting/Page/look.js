// Colours, families of messages and events, and the small things that the canvas drawings share.

const FAMILIES = [
  { id: 'votes', name: 'Votes', kinds: [1, 2, 3, 4, 5, 6] },
  { id: 'entries', name: 'Entries', kinds: [16, 17, 18] },
  { id: 'heartbeats', name: 'Heartbeats', kinds: [19, 20, 23, 24] },
  { id: 'snapshots', name: 'Snapshots', kinds: [21, 22] },
  { id: 'reads', name: 'Read index', kinds: [32, 33] },
  { id: 'forwarded', name: 'Forwarded', kinds: [34, 35] },
  { id: 'disk', name: 'Disk', rows: [RowKind.diskDone, RowKind.snapshot] },
  { id: 'passes', name: 'Passes, timers', rows: [RowKind.pass, RowKind.wake] },
  { id: 'clients', name: 'Clients', rows: [RowKind.request, RowKind.begun, RowKind.ended] },
  { id: 'faults', name: 'Faults, starts', rows: [RowKind.step, RowKind.start, RowKind.mended, RowKind.settled] },
];
const familyOfKind = new Uint8Array(256);
const familyOfRowKind = new Uint8Array(16).fill(255);
FAMILIES.forEach((family, i) => {
  for (const kind of family.kinds || []) familyOfKind[kind] = i;
  for (const kind of family.rows || []) familyOfRowKind[kind] = i;
});

const familyOfRow = (row) => (rows.kind[row] <= RowKind.lost ? familyOfKind[frames.kind[rows.subject[row]]] : familyOfRowKind[rows.kind[row]]);

// Terms take turns through colours that differ in lightness as well as in hue.
const TERM_COLOURS = ['#4878a8', '#d9963a', '#6aa88f', '#a86a94', '#8a8f3c', '#7fb2d6', '#b5604a', '#7d77b5'];
const termColour = (term) => TERM_COLOURS[((term % 8) + 8) % 8];

let colours = readColours();

function readColours() {
  const style = getComputedStyle(document.documentElement);
  const read = {};
  for (const name of ['paper', 'panel', 'ink', 'soft', 'faint', 'line', 'lane', 'select', 'follower', 'pre-candidate', 'candidate', 'leader', 'down', 'lease', 'votes',
    'entries', 'heartbeats', 'snapshots', 'reads', 'forwarded', 'lost', 'ok', 'fail', 'info', 'fault', 'full', 'busy', 'on-dark']) read[name] = style.getPropertyValue(`--${name}`).trim();
  return read;
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';

// Makes a canvas as fine as the screen; answers its context and size in CSS pixels.
function prepare(canvas) {
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const context = canvas.getContext('2d');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

const hatches = new Map();

// A pattern of slanted lines, for what is only half there.
function hatch(context, colour, gap = 5) {
  const key = `${colour} ${gap}`;
  if (!hatches.has(key)) {
    const tile = document.createElement('canvas');
    tile.width = tile.height = gap * 2;
    const pen = tile.getContext('2d');
    pen.strokeStyle = colour;
    pen.lineWidth = gap / 3;
    for (let x = -2 * gap; x <= 2 * gap; x += gap) {
      pen.beginPath();
      pen.moveTo(x, gap * 2);
      pen.lineTo(x + gap * 2, 0);
      pen.stroke();
    }
    hatches.set(key, tile);
  }
  return context.createPattern(hatches.get(key), 'repeat');
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}
