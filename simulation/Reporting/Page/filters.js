// Which nodes and kinds are shown, and the search through all events.

const found = { text: '', rows: [], texts: null };

function buildFilters() {
  const box = document.getElementById('filters');
  const group = (name, ...chips) => element('div', { class: 'group' }, name, ...chips);
  box.append(group('Nodes', ...nodes.map((node, i) => chip(node.name, view.nodes, i, ''))));
  box.append(group('Messages', ...FAMILIES.map((f, i) => (f.kinds ? chip(f.name, view.families, i, `var(--${f.id})`) : '')).filter(Boolean)));
  box.append(group('Events', ...FAMILIES.map((f, i) => (f.kinds ? '' : chip(f.name, view.families, i, ''))).filter(Boolean)));
  box.append(legend());
}

function chip(name, flags, i, key) {
  const button = element('button', { class: 'chip', 'aria-pressed': 'true', title: 'Click: on or off. Double click: nothing else.' });
  if (key) button.append(element('span', { class: 'key', style: `--key: ${key}` }));
  button.append(name);
  const refresh = () => {
    for (const other of document.querySelectorAll('.chip')) other.refreshPressed();
    search(found.text);
    redraw();
  };
  button.refreshPressed = () => button.setAttribute('aria-pressed', `${flags[i]}`);
  button.addEventListener('click', () => {
    flags[i] = !flags[i];
    refresh();
  });
  button.addEventListener('dblclick', () => {
    const alone = flags.every((on, j) => on === (j === i));
    flags.fill(alone);
    flags[i] = true;
    refresh();
  });
  return button;
}

function legend() {
  const box = element('div', { class: 'legend' });
  const swatch = (name, style) => `<span><i style="${style}"></i>${name}</span>`;
  const stroke = (name, colour, extra, more = '') => `<span><svg><path d="M0 5H20" stroke="${colour}" fill="none" ${extra}/>${more}</svg>${name}</span>`;
  box.innerHTML = ['leader', 'candidate', 'pre-candidate', 'follower'].map((role) => swatch(role, `background: var(--${role})`)).join('')
    + swatch('lease', 'background: var(--lease); height: 3px')
    + stroke('lost', 'var(--lost)', '', '<path d="M17 2l6 6m0-6l-6 6" stroke="var(--lost)" stroke-width="1.6"/>')
    + stroke('copy', 'var(--entries)', 'stroke-dasharray="4 3"') + stroke('late', 'var(--entries)', 'stroke-width="2" stroke-dasharray="9 3"')
    + swatch('ok', 'background: var(--ok)') + swatch('failed', 'background: var(--fail)') + swatch('unknown', 'background: var(--info)');
  return box;
}

// Finds every shown event whose words contain the text.
function search(text) {
  found.text = text.trim().toLowerCase();
  found.rows = [];
  const label = document.getElementById('found');
  label.textContent = '';
  if (!found.text) return;
  if (!found.texts) found.texts = Array.from({ length: rowCount }, (_, row) => rowText(row).toLowerCase());
  for (let row = 0; row < rowCount; row++) if (found.texts[row].includes(found.text) && isShown(row)) found.rows.push(row);
  tellFound();
}

function tellFound() {
  const at = lastAtMost(found.rows, view.row);
  const exact = at >= 0 && found.rows[at] === view.row;
  document.getElementById('found').textContent = found.text ? `${exact ? at + 1 : '–'} / ${found.rows.length}` : '';
}

function searchNext(direction) {
  if (!found.rows.length) return;
  const at = lastAtMost(found.rows, direction > 0 ? view.row : view.row - 1);
  const next = direction > 0 ? (at + 1) % found.rows.length : (at + found.rows.length) % found.rows.length;
  select(found.rows[next]);
  tellFound();
}
