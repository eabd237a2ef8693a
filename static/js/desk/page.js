/* The parts of the desk's page, and the home of the cursor: the field that scans go to.
   Where the event takes no scans, field and form are null. */
import { byId, openDialog } from '../dom.js';

export const field = byId('scan');
export const form = field && field.form;
export const result = byId('result');

export const isTyping = (el) => el !== field && el.matches('input:not([type=checkbox],[type=radio]),textarea,select');
// a row that was chosen and not yet pressed keeps the focus, whatever arrives meanwhile
const isBusy = (el) => isTyping(el) || el.closest('#guests');
export const focusField = () => field.focus({ preventScroll: true });
export const home = () => {
  if (field && !openDialog() && !isBusy(document.activeElement)) focusField();
};
export const clearField = () => {
  const had = field.value;
  field.value = '';
  if (had) field.dispatchEvent(new Event('input', { bubbles: true }));
};

addEventListener('pageshow', home);
document.addEventListener('close', () => setTimeout(home), true);
