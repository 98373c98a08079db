// One lane for each node: its role and term as a bar, the lease above it, the disk below it, then how far its log has come.

const BAR = 15;

function drawGround(context, node) {
  const top = layout.lanes.get(node.position);
  context.fillStyle = colours.lane;
  context.fillRect(GUTTER, top + 3, view.width - GUTTER, layout.laneHeight - 6);
  drawProgress(context, node, barOf(node.position) + BAR / 2 + 8, top + layout.laneHeight - 8);
}

// What stands above the messages.
function drawLane(context, node) {
  const top = layout.lanes.get(node.position);
  const bar = barOf(node.position);
  drawRoles(context, node, bar);
  fillSegments(context, node.leases, bar - BAR / 2 - 5, 3, colours.lease);
  fillSegments(context, node.busy, bar + BAR / 2 + 2, 2, colours.busy);
  fillSegments(context, node.full, bar + BAR / 2 + 2, 3, colours.full);
  fillSegments(context, node.hangs, bar + BAR / 2 + 2, 4, hatch(context, colours.fault, 4));
  context.globalAlpha = 0.4;
  fillSegments(context, node.paused, bar - BAR / 2, BAR, hatch(context, colours.ink, 6));
  context.globalAlpha = 1;
  for (const clock of visible(node.clocks)) drawClock(context, clock, bar);
  drawLaneFaults(context, node, top);
}

function visible(found) {
  return found.filter((s) => s.to > view.from && s.from < view.to);
}

// Neighbours that fall into one pixel become one stroke, so that a thousand jobs of a disk cost no more than the width of the page.
function fillSegments(context, found, y, height, style) {
  context.fillStyle = style;
  let from = -1;
  let to = -1;
  for (const s of found) {
    if (s.to < view.from) continue;
    if (s.from > view.to) break;
    const left = Math.max(xOf(s.from), GUTTER);
    const right = Math.max(Math.min(xOf(s.to), view.width), left + 0.5);
    if (left <= to + 0.5) {
      to = Math.max(to, right);
      continue;
    }
    if (from >= 0) context.fillRect(from, y, to - from, height);
    from = left;
    to = right;
  }
  if (from >= 0) context.fillRect(from, y, to - from, height);
}

function drawRoles(context, node, bar) {
  context.font = `600 11px ${FONT}`;
  context.textBaseline = 'middle';
  let written = GUTTER;
  for (const s of visible(node.roles)) {
    const role = roleOf(node, s.index);
    const left = Math.max(xOf(s.from), GUTTER);
    const right = Math.min(xOf(s.to), view.width);
    context.fillStyle = colours[role];
    if (role === 'down') {
      context.fillStyle = colours.lane;
      context.fillRect(left, bar - BAR / 2, Math.max(right - left, 0.6), BAR);
      context.fillStyle = hatch(context, colours.faint, 6);
      context.globalAlpha = 0.45;
    }
    context.fillRect(left, bar - BAR / 2, Math.max(right - left, 0.6), BAR);
    context.globalAlpha = 1;
    if (right - left > 3) {
      context.fillStyle = colours.paper;
      context.fillRect(left - 0.5, bar - BAR / 2, 1, BAR);
    }
    const term = node.fields[Field.term][s.index];
    const whole = role === 'down' ? 'down' : `${role} · term ${term}`;
    const label = role === 'down' || context.measureText(whole).width + 12 < right - left ? whole : `${term}`;
    const width = context.measureText(label).width;
    if (right - left < width + 8 || left < written) continue;
    context.fillStyle = role === 'leader' ? colours['on-dark'] : role === 'down' ? colours.soft : colours.ink;
    if (role === 'down') {
      context.fillStyle = colours.lane;
      context.fillRect(left + 3, bar - 6, width + 4, 12);
      context.fillStyle = colours.soft;
    }
    context.fillText(label, left + 5, bar + 0.5);
    written = left + width + 8;
  }
}

// How far the log has come: what is written as hatching, what is synced as a plane, what is committed as a line. All lanes share the scale.
function drawProgress(context, node, top, bottom) {
  if (bottom - top < 10) return;
  const [low, high] = layout.scale;
  const y = (index) => bottom - Math.max(0, Math.min(1, (index - low) / Math.max(high - low, 1))) * (bottom - top);
  const path = (field, close) => {
    context.beginPath();
    let first = Math.max(lastAtMost(node.row, lastAtMost(rows.at, view.from)), 0);
    let last = -1;
    context.moveTo(Math.max(xOf(rows.at[node.row[first]]), GUTTER), close ? bottom : y(node.fields[field][first]));
    for (let i = first; i < node.row.length; i++) {
      const at = rows.at[node.row[i]];
      if (at > view.to) break;
      const x = Math.max(xOf(at), GUTTER);
      const value = node.fields[Field.flags][i] & Flag.up ? node.fields[field][i] : Math.min(node.fields[field][i], node.fields[Field.durable][i]);
      if (value === last) continue;
      if (last >= 0) context.lineTo(x, y(last));
      context.lineTo(x, y(value));
      last = value;
    }
    const end = Math.min(xOf(endAt), view.width);
    if (last >= 0) context.lineTo(end, y(last));
    if (close) context.lineTo(end, bottom);
  };
  path(Field.last, true);
  context.fillStyle = hatch(context, colours.entries, 4);
  context.globalAlpha = 0.55;
  context.fill();
  path(Field.durable, true);
  context.globalAlpha = 1;
  context.fillStyle = colours.lane;
  context.fill();
  context.globalAlpha = 0.3;
  context.fillStyle = colours.entries;
  context.fill();
  context.globalAlpha = 1;
  path(Field.commit, false);
  context.strokeStyle = colours.ink;
  context.lineWidth = 1.2;
  context.stroke();
}

// The range of indexes that the logs of all shown nodes cover in the visible stretch of time.
function measureProgress() {
  let low = Infinity;
  let high = 0;
  const firstRow = Math.max(lastAtMost(rows.at, view.from), 0);
  const lastRow = Math.max(lastAtMost(rows.at, view.to), 0);
  for (const node of shownNodes()) {
    for (let i = Math.max(stateIndex(node, firstRow), 0); i < node.row.length && node.row[i] <= lastRow; i++) {
      high = Math.max(high, node.fields[Field.last][i]);
      if (node.fields[Field.flags][i] & Flag.up) low = Math.min(low, node.fields[Field.last][i], node.fields[Field.durable][i]);
    }
  }
  layout.scale = [Math.max(0, Math.min(low, high) - 2), Math.max(high, 4)];
}

function drawClock(context, clock, bar) {
  const left = Math.max(xOf(clock.from), GUTTER);
  const right = Math.min(xOf(clock.to), view.width);
  context.strokeStyle = colours.candidate;
  context.setLineDash(clock.what === 'stands' ? [1, 3] : [4, 2]);
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(left, bar - BAR / 2 - 9);
  context.lineTo(right, bar - BAR / 2 - 9);
  context.stroke();
  context.setLineDash([]);
  if (right - left < 70) return;
  context.font = `10px ${FONT}`;
  context.fillStyle = colours.soft;
  context.fillText(`clock ${clock.what}`, left + 2, bar - BAR / 2 - 15);
}

function drawLaneFaults(context, node, top) {
  context.font = `10px ${FONT}`;
  let written = GUTTER;
  const here = steps.filter((step) => rows.node[step.row] === node.position && step.at >= view.from && step.at <= view.to);
  here.forEach((step, i) => {
    const x = xOf(step.at);
    const room = i + 1 < here.length ? xOf(here[i + 1].at) - 4 : view.width;
    context.fillStyle = colours.fault;
    context.beginPath();
    context.moveTo(x - 4, top + 4);
    context.lineTo(x + 4, top + 4);
    context.lineTo(x, top + 11);
    context.fill();
    const label = shortText(step).replace(` ${node.name}`, '');
    const width = context.measureText(label).width;
    if (x < written + 6 || x + width + 8 > room) return;
    context.fillStyle = colours.lane;
    context.globalAlpha = 0.8;
    context.fillRect(x + 5, top + 3, width + 3, 11);
    context.globalAlpha = 1;
    context.fillStyle = colours.fault;
    context.fillText(label, x + 6, top + 9);
    written = x + width + 10;
  });
}

function drawLabel(context, node) {
  const top = layout.lanes.get(node.position);
  const bar = barOf(node.position);
  const i = stateIndex(node, view.row);
  const role = roleOf(node, i);
  context.fillStyle = colours.paper;
  context.fillRect(0, top, GUTTER, layout.laneHeight);
  context.fillStyle = role === 'down' ? colours.faint : colours[role];
  context.fillRect(10, bar - BAR / 2, 4, BAR);
  context.fillStyle = colours.ink;
  context.font = `650 14px ${FONT}`;
  context.textBaseline = 'middle';
  context.fillText(node.name, 20, bar);
  context.font = `11px ${FONT}`;
  context.fillStyle = colours.soft;
  if (i >= 0) context.fillText(role === 'down' ? 'down' : `term ${node.fields[Field.term][i]}`, 20, bar + 16);
}
