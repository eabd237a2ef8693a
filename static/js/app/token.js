/* The token for what is posted outside a form; forms carry their own field. */
addEventListener('htmx:configRequest', (e) => {
  const token = document.querySelector('meta[name=csrf-token]');
  if (token && e.detail.verb !== 'get') e.detail.headers['X-CSRFToken'] = token.content;
});
