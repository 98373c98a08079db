// The main drawing: axis, cuts, lanes, messages, clients, the selected event. Only what is in sight is drawn.

const timeline = document.getElementById('timeline');

function drawTimeline() {
  const { context, width, height } = prepare(timeline);
  view.width = width;
  view.height = height;
  place();
  measureProgress();
  context.save();
  context.beginPath();
  context.rect(GUTTER, 0, width - GUTTER, height);
  context.clip();
  drawAxis(context);
  for (const node of shownNodes()) drawGround(context, node);
  drawCuts(context);
  const found = visibleFrames();
  drawArrows(context, found);
  for (const node of shownNodes()) drawLane(context, node);
  drawMarks(context);
  drawClients(context);
  drawCursor(context);
  context.restore();
  for (const node of shownNodes()) drawLabel(context, node);
  drawClientLabel(context);
  return found.length;
}

function drawAxis(context) {
  const length = view.to - view.from;
  const rough = length / Math.max((view.width - GUTTER) / 110, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = [1, 2, 5, 10].map((m) => m * power).find((u) => u >= rough) || power * 10;
  const digits = Math.max(0, Math.min(6, 3 - Math.floor(Math.log10(unit) + 1e-9)));
  context.font = `11px ${FONT}`;
  context.textBaseline = 'middle';
  for (let at = Math.ceil(Math.max(view.from, 0) / unit) * unit; at <= Math.min(view.to, endAt); at += unit) {
    const x = xOf(at);
    context.fillStyle = colours.line;
    context.fillRect(x, AXIS - 6, 1, view.height);
    context.fillStyle = colours.soft;
    context.fillText(`${(at / 1000).toFixed(digits)} s`, x + 4, AXIS / 2);
  }
}

function drawCuts(context) {
  context.font = `10px ${FONT}`;
  context.textBaseline = 'middle';
  for (const { step, end, row } of layout.cuts) {
    const left = Math.max(xOf(step.at), GUTTER);
    const right = Math.max(Math.min(xOf(end), view.width), left + 1.5);
    const y = AXIS + row * CUT_ROW;
    const colour = step.kind === 'cut' ? colours.fault : colours.candidate;
    context.fillStyle = colour;
    context.globalAlpha = 0.22;
    context.fillRect(left, y, right - left, CUT_ROW - 3);
    bandLinks(context, step, left, right, colour);
    context.globalAlpha = 1;
    context.fillStyle = colour;
    context.fillRect(left, y, 2, CUT_ROW - 3);
    context.save();
    context.beginPath();
    context.rect(left, y, right - left, CUT_ROW);
    context.clip();
    context.fillStyle = colours.ink;
    if (right - left > 30) context.fillText(shortText(step), left + 6, y + CUT_ROW / 2 - 1);
    context.restore();
  }
}

// A faint band over the space between two nodes while a link between them lets nothing through.
function bandLinks(context, step, left, right, colour) {
  context.fillStyle = colour;
  const done = new Set();
  for (let i = 0; i < step.links.length; i += 2) {
    const [a, b] = [Math.min(step.links[i], step.links[i + 1]), Math.max(step.links[i], step.links[i + 1])];
    if (done.has(a * 16 + b) || !layout.lanes.has(a) || !layout.lanes.has(b)) continue;
    done.add(a * 16 + b);
    context.globalAlpha = 0.05;
    context.fillRect(left, barOf(a) + BAR / 2, right - left, barOf(b) - barOf(a) - BAR);
  }
}

// Lines over all lanes: the end of the faults, the violation.
function drawMarks(context) {
  const bottom = layout.clients + run.clients * CLIENT_ROW + 4;
  if (settledRow >= 0) mark(context, settledAt, bottom, colours.soft, 'faults end', [2, 3]);
  if (violationRow >= 0) mark(context, rows.at[violationRow], bottom, colours.lost, run.verdict === 'passed' ? 'does not hold' : run.verdict, []);
}

function mark(context, at, bottom, colour, label, dash) {
  const x = xOf(at);
  if (x < GUTTER - 1 || x > view.width + 1) return;
  context.strokeStyle = colour;
  context.lineWidth = dash.length ? 1 : 2.5;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(x, AXIS - 4);
  context.lineTo(x, bottom);
  context.stroke();
  context.setLineDash([]);
  context.font = `600 11px ${FONT}`;
  const width = context.measureText(label).width + 10;
  const left = Math.min(x + 1, view.width - width);
  context.fillStyle = dash.length ? colours.paper : colour;
  context.fillRect(left, 3, width, 17);
  context.fillStyle = dash.length ? colour : colours['on-dark'];
  context.fillText(label, left + 5, 12);
}

function drawClients(context) {
  context.font = `9px ${FONT}`;
  for (const operation of operations) {
    const from = rows.at[operation.begin];
    const to = operation.end < 0 ? endAt : rows.at[operation.end];
    if (to < view.from || from > view.to) continue;
    const left = Math.max(xOf(from), GUTTER);
    const right = Math.max(Math.min(xOf(to), view.width), left + 1.5);
    const y = layout.clients + operation.client * CLIENT_ROW;
    context.fillStyle = colours[operation.outcome] || hatch(context, colours.info, 4);
    context.fillRect(left, y, right - left - 0.5, CLIENT_ROW - 2);
    if (operations[run.culprit] !== operation) continue;
    context.strokeStyle = colours.lost;
    context.lineWidth = 2;
    context.strokeRect(left - 1, y - 1, right - left + 2, CLIENT_ROW);
  }
}

function drawClientLabel(context) {
  const y = layout.clients;
  context.fillStyle = colours.paper;
  context.fillRect(0, y - 10, GUTTER, view.height - y + 10);
  context.font = `11px ${FONT}`;
  context.fillStyle = colours.soft;
  context.textBaseline = 'middle';
  context.fillText(run.clients === 1 ? 'client' : `${run.clients} clients`, 10, y + (run.clients * CLIENT_ROW) / 2);
}

function drawCursor(context) {
  const x = xOf(rows.at[view.row]);
  const bottom = layout.clients + run.clients * CLIENT_ROW + 4;
  context.fillStyle = colours.select;
  context.globalAlpha = 0.75;
  context.fillRect(x - 0.5, AXIS - 4, 1, bottom - AXIS + 4);
  context.globalAlpha = 1;
  context.beginPath();
  context.moveTo(x - 5, AXIS - 9);
  context.lineTo(x + 5, AXIS - 9);
  context.lineTo(x, AXIS - 2);
  context.fill();
  highlight(context);
}

// What the selected event is about: the node, the message that came, those that went out.
function highlight(context) {
  const kind = rows.kind[view.row];
  const at = rows.node[view.row];
  const about = kind <= RowKind.lost ? [rows.subject[view.row]] : sentBy(view.row);
  context.lineWidth = 2.2;
  for (const frame of about) {
    if (!layout.lanes.has(frames.from[frame]) || !layout.lanes.has(frames.to[frame])) continue;
    context.strokeStyle = isGone(frame) ? colours.lost : colours[FAMILIES[familyOfKind[frames.kind[frame]]].id];
    const { x0, y0, x, y } = lossPoint(frame);
    context.beginPath();
    context.moveTo(x0, y0);
    if (isGone(frame)) context.lineTo(x, y);
    else context.lineTo(xOf(rows.at[frames.copy[frame] === view.row ? view.row : frames.arrival[frame]]), barOf(frames.to[frame]));
    context.stroke();
  }
  if (!layout.lanes.has(at)) return;
  context.beginPath();
  context.arc(xOf(rows.at[view.row]), barOf(at), 6, 0, 2 * Math.PI);
  context.fillStyle = colours.paper;
  context.strokeStyle = colours.select;
  context.fill();
  context.stroke();
}
