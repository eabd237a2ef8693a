/* Each thing that is sent has an id of its own, so that it counts once, however often it is sent. */
export const freshId = () =>
  crypto.randomUUID
    ? crypto.randomUUID()
    : [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');

// a form that stays on the page gets another one once its own was used
addEventListener('htmx:afterRequest', (e) => {
  const used = e.detail.successful && e.detail.elt.matches('form') && e.detail.elt.elements.namedItem('request_id');
  if (used) used.value = freshId();
});
