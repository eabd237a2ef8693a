/* The page looks again while somebody looks at it: hx-trigger="refresh from:body". */
import { openDialog } from '../dom.js';

const REFRESH_MS = 20000;
const refresh = () => {
  if (document.visibilityState === 'visible' && !openDialog()) htmx.trigger(document.body, 'refresh');
};
setInterval(refresh, REFRESH_MS);
document.addEventListener('visibilitychange', refresh);
addEventListener('pageshow', (e) => {
  if (e.persisted) refresh();
});
