/* Small decisions open in place: a[data-dialog], closed by [data-close] and by the answer's event close-dialog.
   The link still leads to their page. */
import { byId } from '../dom.js';
import { focusOn } from './focus.js';

const dialog = byId('dialog');
let opener = null;
let openerRow = null;

const openInPlace = async (link) => {
  opener = link;
  openerRow = link.closest('[id]')?.id;
  try {
    await htmx.ajax('GET', link.href, { source: link, target: dialog, swap: 'innerHTML' });
  } catch {
    return; // trouble.js says so
  }
  if (!dialog.firstElementChild) return;
  const title = dialog.querySelector('h1,h2');
  if (title?.id) dialog.setAttribute('aria-labelledby', title.id);
  if (!dialog.open) dialog.showModal();
};

addEventListener('click', (e) => {
  if (e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
  const link = e.target.closest('a[data-dialog]');
  const close = e.target.closest('[data-close]');
  if (link && dialog.showModal) {
    e.preventDefault();
    openInPlace(link);
  }
  if (close?.closest('dialog')) {
    e.preventDefault();
    close.closest('dialog').close();
  }
});
addEventListener('close-dialog', () => dialog.open && dialog.close());
dialog.addEventListener('close', () => {
  dialog.replaceChildren();
  if (opener && !opener.isConnected) {
    focusOn((byId(openerRow) || document.body).querySelector('a.name,a[href],button'));
  }
});
