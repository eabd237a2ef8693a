/* The focus is never on the body after a swap: it goes to [data-focus], or stays in the block that held it.
   A page with a summary of errors begins there. */
import { byId } from '../dom.js';

export const focusOn = (el) => {
  if (!el) return false;
  if (!el.matches('a[href],button,input,select,textarea,summary,[tabindex]')) el.tabIndex = -1;
  el.focus();
  return true;
};

let held = null; // id of the block that held the focus before it was replaced
addEventListener('htmx:beforeSwap', (e) => {
  const target = e.detail.target;
  held = target && target.contains(document.activeElement) ? target.id : null;
});
addEventListener('htmx:afterSettle', (e) => {
  const fresh = e.target;
  const marked = fresh.matches('[data-focus]') ? fresh : fresh.querySelector('[data-focus]');
  if (focusOn(marked)) held = null;
  else if (held && document.activeElement === document.body && focusOn(byId(held))) held = null;
});
focusOn(document.querySelector('.errors'));
