/* Who is in leaves the list of who is awaited, except under a finger: the server decides when that row is pressed.
   A row that the server already lists as in is newer than this news, and stays. */
import { byId } from '../dom.js';

/** Take away the rows that `from` (a result, or the tally) names in data-gone. */
export const removeRows = (from) => {
  for (const id of (from.dataset.gone || '').split(' ')) {
    const row = id && byId(`guest-${id}`);
    if (row && !row.matches('.guest--in') && (from.matches('.result') || !row.contains(document.activeElement)))
      row.remove();
  }
};
