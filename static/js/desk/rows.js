/* Who is in leaves the list, except under a finger: the server decides when that row is pressed. */
import { byId } from '../dom.js';

/** Take away the rows that `from` (a result, or the tally) names in data-gone. */
export const removeRows = (from) => {
  for (const id of (from.dataset.gone || '').split(' ')) {
    const row = id && byId(`guest-${id}`);
    if (row && (from.matches('.result') || !row.contains(document.activeElement))) row.remove();
  }
};
