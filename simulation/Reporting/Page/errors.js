// What goes wrong in the page's own script is told in the root element, and to the reader. Comes first.

function tell(name, value) {
  document.documentElement.setAttribute(`data-${name}`, value);
}

let errorCount = 0;

function onError(message) {
  tell('errors', ++errorCount);
  tell('error', message);
  if (document.getElementById('broken')) return;
  document.body.append(Object.assign(document.createElement('div'), { id: 'broken', textContent: `This page is broken: ${message}` }));
}

window.addEventListener('error', (e) => onError(e.message));
tell('errors', 0);
