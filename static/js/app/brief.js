/* "Saved" beside a switch ([data-brief]) goes away by itself. */
const SAID_MS = 4000;
addEventListener('htmx:afterSettle', (e) => {
  const said = e.target.matches('[data-brief]') ? e.target : e.target.querySelector('[data-brief]');
  if (said) setTimeout(() => said.replaceChildren(), SAID_MS);
});
