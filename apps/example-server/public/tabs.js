// Nothing here is needed: without JavaScript, the next click tells the same.
const channel = new BroadcastChannel('login');

if ('loggedOut' in document.body.dataset) channel.postMessage('logged out');

if ('loggedIn' in document.body.dataset) {
  channel.addEventListener('message', () => {
    document.getElementById('other-tab').hidden = false;
  });
}

for (const button of document.querySelectorAll('button[data-busy]')) {
  const label = button.textContent;
  button.form.addEventListener('submit', (event) => {
    // After the form was read, so that a second click does nothing.
    setTimeout(() => {
      button.disabled = true;
      if (event.submitter === button) button.textContent = button.dataset.busy;
    });
  });
  // Who goes back may send it again.
  window.addEventListener('pageshow', () => {
    button.disabled = false;
    button.textContent = label;
  });
}

if (document.querySelector('[data-look-again]')) {
  setInterval(() => {
    // Whoever reads the details is not disturbed.
    if (document.querySelector('details[open]') === null) location.reload();
  }, 2_000);
}
