// The page examines itself when its address says #check, and says in the root element what came of it.

const CHECK_STEPS = 120;

function must(holds, what) {
  if (!holds) throw new Error(`check: ${what}`);
}

// Goes through the whole run, in every way that a reader would.
function check() {
  const started = performance.now();
  let slowest = 0;
  const draw = () => {
    const before = performance.now();
    const drawn = drawAll();
    slowest = Math.max(slowest, performance.now() - before);
    return drawn;
  };
  for (let i = 0; i <= CHECK_STEPS; i++) {
    select(Math.floor(((rowCount - 1) * i) / CHECK_STEPS));
    draw();
    must(document.getElementById('event').textContent.length > 10, `event ${view.row} has words`);
  }
  checkStates();
  for (const factor of [0.1, 0.1, 30, 1000]) {
    zoom(factor);
    draw();
  }
  show(0, endAt);
  must(draw() === frames.count, 'every message is in sight when all of the run is');
  select(0);
  let faults = 0;
  while (step(1, isFault) && faults < 50) faults++;
  must(steps.length === 0 || faults > 0, 'faults can be gone through');
  for (const flags of [view.nodes, view.families]) {
    flags.fill(false);
    draw();
    must(draw() === 0, 'nothing is drawn when nothing is wanted');
    flags.fill(true);
  }
  search('starts');
  must(found.rows.length >= 1, 'the search finds the start of a node');
  searchNext(1);
  search('');
  frame(violationRow >= 0 ? violationRow : 0);
  draw();
  tell('slowest', slowest.toFixed(1));
  tell('took', (performance.now() - started).toFixed(0));
  tell('rows', rowCount);
  tell('checked', 'yes');
}

// Logs and numbers were noted apart from each other, and must agree all the same.
function checkStates() {
  for (const node of nodes) {
    for (let i = 0; i < node.row.length; i += Math.max(1, node.row.length >> 8)) {
      if (!(node.fields[Field.flags][i] & Flag.up)) continue;
      const runs = logAt(node, node.row[i]);
      const last = runs.length ? runs[runs.length - 1].last : 0;
      must(last === node.fields[Field.last][i], `${node.name} after row ${node.row[i]}: the log ends at ${last}, noted is ${node.fields[Field.last][i]}`);
      must(node.fields[Field.commit][i] <= last, `${node.name} after row ${node.row[i]} has committed no more than it holds`);
    }
  }
}

start();
