/* The page looks again while somebody looks at it: hx-trigger="refresh from:body". What is being typed there stays. */
import { openDialog } from '../dom.js';

const REFRESH_MS = 20000;
const FIELDS = '[hx-trigger^="refresh"] input:not([type="hidden"])';
const isTyped = (field) =>
  field === document.activeElement || field.value !== field.defaultValue || field.checked !== field.defaultChecked;
const refresh = () => {
  if (document.visibilityState !== 'visible' || openDialog()) return;
  if (![...document.querySelectorAll(FIELDS)].some(isTyped)) htmx.trigger(document.body, 'refresh');
};
setInterval(refresh, REFRESH_MS);
document.addEventListener('visibilitychange', refresh);
addEventListener('pageshow', (e) => {
  if (e.persisted) refresh();
});
