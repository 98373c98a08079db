// The whole run in a strip: who led when, where the faults were, which stretch the timeline shows.

const overview = document.getElementById('overview');

const overviewX = (at) => GUTTER + (at / endAt) * (overview.clientWidth - GUTTER - 14);
const overviewAt = (x) => ((x - GUTTER) / (overview.clientWidth - GUTTER - 14)) * endAt;

function drawOverview() {
  const { context, width, height } = prepare(overview);
  const strip = Math.min(9, (height - 20) / nodes.length);
  nodes.forEach((node, i) => {
    const y = 13 + i * strip;
    for (const s of node.roles) {
      const role = roleOf(node, s.index);
      context.fillStyle = colours[role];
      context.fillRect(overviewX(s.from), y, Math.max(overviewX(s.to) - overviewX(s.from), 0.5), strip - 1.5);
    }
  });
  context.fillStyle = colours.fault;
  for (const step of steps) context.fillRect(overviewX(step.at), 6, 1, 5);
  if (settledRow >= 0) {
    context.fillStyle = colours.soft;
    context.fillRect(overviewX(settledAt), 4, 1, height - 8);
  }
  if (violationRow >= 0) {
    context.fillStyle = colours.lost;
    context.fillRect(overviewX(rows.at[violationRow]) - 1, 2, 3, height - 4);
  }
  const left = overviewX(Math.max(view.from, 0));
  const right = Math.max(overviewX(Math.min(view.to, endAt)), left + 3);
  context.fillStyle = colours.paper;
  context.globalAlpha = 0.55;
  context.fillRect(GUTTER, 3, Math.max(left - GUTTER, 0), height - 6);
  context.fillRect(right, 3, Math.max(width - 14 - right, 0), height - 6);
  context.globalAlpha = 1;
  context.strokeStyle = colours.soft;
  context.lineWidth = 1.5;
  context.strokeRect(left, 3, right - left, height - 6);
  context.fillStyle = colours.select;
  context.fillRect(overviewX(rows.at[view.row]) - 0.75, 1, 1.5, height - 2);
  context.fillStyle = colours.soft;
  context.font = `11px ${FONT}`;
  context.textBaseline = 'middle';
  context.fillText('whole run', 10, height / 2);
}
