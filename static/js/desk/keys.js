/* Keys for hands: arrows through the list, Escape, Ctrl+Z for the undo, and the keys that [data-key] names. */
import { openDialog } from '../dom.js';
import { clearField, field, home, isTyping, result } from './page.js';

const moveInList = (by) => {
  const buttons = [...document.querySelectorAll('#guests .guest :is(button,a.btn)')];
  const at = buttons.indexOf(document.activeElement) + by;
  if (at < 0) field.focus();
  else buttons[at]?.focus();
};
const onHandKey = (e) => {
  if (e.defaultPrevented) return;
  const undo = document.querySelector('form[data-undo] button');
  const isUndo = (e.ctrlKey || e.metaKey) && e.key === 'z' && undo && !field.value;
  const isArrow = (e.key === 'ArrowDown' || e.key === 'ArrowUp') && !openDialog() && !isTyping(document.activeElement);
  if (isUndo) {
    e.preventDefault();
    undo.click();
  } else if (isArrow) {
    e.preventDefault();
    moveInList(e.key === 'ArrowDown' ? 1 : -1);
  } else if (e.key === 'Escape' && !openDialog()) {
    clearField();
    result.replaceChildren();
    home();
  } else if (/^F\d+$/.test(e.key)) {
    const named = document.querySelector(`[data-key="${e.key}"]`);
    if (!named) return;
    e.preventDefault();
    named.click();
  }
};
if (field) addEventListener('keydown', onHandKey);
