/* What is open closes: a menu by a click elsewhere or Escape, what was opened in a row as its own way back does. */
const MENU = 'details[data-menu][open]';

addEventListener('click', (e) => {
  for (const menu of document.querySelectorAll(MENU)) if (!menu.contains(e.target)) menu.open = false;
});
addEventListener('keydown', (e) => {
  if (e.key !== 'Escape') return;
  const menu = document.querySelector(MENU);
  if (menu) {
    menu.open = false;
    menu.querySelector('summary').focus();
  } else {
    e.target.closest('[data-editing]')?.querySelector('[data-escape]').click();
  }
});
