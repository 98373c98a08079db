// Messages: from the bar of the sender when it was sent to the bar of the receiver when it arrived.

const ARROWS_FULL = 700;
const ARROWS_MAX = 9000;

// The frames that touch the visible stretch of time, and that the filters let through.
function visibleFrames() {
  let first = 0;
  let high = frames.count;
  while (first < high) {
    const middle = (first + high) >> 1;
    if (frames.latestEnd[middle] < view.from) first = middle + 1;
    else high = middle;
  }
  const found = [];
  for (let i = first; i < frames.count && frames.sentAt[i] <= view.to; i++) {
    if (frames.endAt[i] < view.from || !view.families[familyOfKind[frames.kind[i]]]) continue;
    if (view.nodes[frames.from[i]] && view.nodes[frames.to[i]]) found.push(i);
  }
  return found;
}

const isGone = (frame) => frames.arrival[frame] < 0 || frames.loss[frame] >= 0;

// Where a message that got lost is drawn to: somewhat short of the middle of its way, which may be behind the bar of a node between.
function lossPoint(frame) {
  const x0 = xOf(frames.sentAt[frame]);
  const x1 = xOf(frames.endAt[frame]);
  const y0 = barOf(frames.from[frame]);
  const y1 = barOf(frames.to[frame]);
  return { x0, y0, x: x0 + (x1 - x0) * 0.42, y: y0 + (y1 - y0) * 0.42 };
}

function drawArrows(context, found) {
  const every = Math.ceil(found.length / ARROWS_MAX);
  const alpha = Math.max(0.035, Math.min(0.85, ARROWS_FULL / found.length));
  const heads = found.length < ARROWS_FULL * 2;
  const groups = new Map();
  const group = (frame, style) => {
    const key = familyOfKind[frames.kind[frame]] * 4 + style;
    if (!groups.has(key)) groups.set(key, []);
    return groups.get(key);
  };
  const lost = [];
  found.forEach((frame, i) => {
    if (isGone(frame)) lost.push(frame);
    else if (i % every === 0 || frames.fate[frame] === Fate.late) group(frame, frames.fate[frame] === Fate.late ? 1 : 0).push([frame, frames.arrival[frame]]);
    if (frames.copy[frame] >= 0 && i % every === 0) group(frame, 2).push([frame, frames.copy[frame]]);
  });
  for (const [key, members] of groups) {
    const style = key % 4;
    context.strokeStyle = context.fillStyle = colours[FAMILIES[key >> 2].id];
    context.globalAlpha = style === 1 ? Math.min(0.9, alpha * 2.5) : alpha;
    context.lineWidth = style === 1 ? 1.8 : 1;
    context.setLineDash(style === 2 ? [4, 3] : style === 1 ? [10, 3] : []);
    strokeArrows(context, members, heads);
  }
  context.setLineDash([]);
  drawLost(context, lost, Math.max(0.05, Math.min(0.9, ARROWS_FULL / 3 / Math.max(lost.length, 1))));
  context.globalAlpha = 1;
}

function strokeArrows(context, members, heads) {
  context.beginPath();
  const tips = [];
  for (const [frame, arrival] of members) {
    const x0 = xOf(frames.sentAt[frame]);
    const x1 = xOf(rows.at[arrival]);
    const down = frames.to[frame] > frames.from[frame];
    const y0 = barOf(frames.from[frame]) + (down ? BAR / 2 : -BAR / 2);
    const y1 = barOf(frames.to[frame]) + (down ? -BAR / 2 : BAR / 2);
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    if (heads) tips.push([x1, y1, Math.atan2(y1 - y0, x1 - x0)]);
  }
  context.stroke();
  context.beginPath();
  for (const [x, y, angle] of tips) {
    context.moveTo(x, y);
    context.lineTo(x - 7 * Math.cos(angle - 0.35), y - 7 * Math.sin(angle - 0.35));
    context.lineTo(x - 7 * Math.cos(angle + 0.35), y - 7 * Math.sin(angle + 0.35));
  }
  context.fill();
}

function drawLost(context, lost, alpha) {
  const half = lost.length > ARROWS_FULL ? 2 : 3.5;
  context.globalAlpha = alpha;
  context.strokeStyle = colours.lost;
  context.lineWidth = 1;
  context.beginPath();
  for (const frame of lost) {
    const { x0, y0, x, y } = lossPoint(frame);
    context.moveTo(x0, y0);
    context.lineTo(x, y);
  }
  context.globalAlpha = alpha * 0.6;
  context.stroke();
  context.globalAlpha = Math.min(0.9, alpha * 2);
  context.lineWidth = lost.length > ARROWS_FULL ? 1 : 1.6;
  context.beginPath();
  for (const frame of lost) {
    const { x, y } = lossPoint(frame);
    context.moveTo(x - half, y - half);
    context.lineTo(x + half, y + half);
    context.moveTo(x - half, y + half);
    context.lineTo(x + half, y - half);
  }
  context.stroke();
}

// The message that a point is on, if any.
function frameAt(px, py) {
  let best = -1;
  let least = 6;
  for (const frame of visibleFrames()) {
    const gone = lossPoint(frame);
    const ends = isGone(frame) ? [[gone.x, gone.y]] : [[xOf(rows.at[frames.arrival[frame]]), barOf(frames.to[frame])]];
    if (frames.copy[frame] >= 0) ends.push([xOf(rows.at[frames.copy[frame]]), barOf(frames.to[frame])]);
    for (const [x, y] of ends) {
      const distance = distanceTo(px, py, gone.x0, gone.y0, x, y);
      if (distance >= least) continue;
      least = distance;
      best = frame;
    }
  }
  return best;
}

function distanceTo(px, py, x0, y0, x1, y1) {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const along = Math.max(0, Math.min(1, ((px - x0) * dx + (py - y0) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(px - x0 - along * dx, py - y0 - along * dy);
}
