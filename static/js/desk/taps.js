/* The button of a guest in the list goes the same way as a scan, so that without a connection it is kept, too. */
import { focusField, form } from './page.js';
import { enqueue, holdsGuest } from './queue.js';

const onSubmit = (e) => {
  if (!e.target.matches('#guests form[hx-target="#result"]')) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  focusField();
  const values = Object.fromEntries(new FormData(e.target, e.submitter));
  const name = e.target.closest('.guest').querySelector('.guest__n');
  if (!holdsGuest(values.enrollment)) {
    enqueue(e.target.getAttribute('hx-post'), name ? name.textContent.trim() : '', values);
  }
};
if (form) addEventListener('submit', onSubmit, true);
