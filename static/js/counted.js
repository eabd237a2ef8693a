/* A button that says to how many it applies: the boxes of its form are counted. Without it the page's own count stays. */
const say = (form) => {
  const button = form.querySelector('[data-count-words]');
  if (!button) return;
  const count = form.querySelectorAll('input[type=checkbox]:checked').length;
  const words = JSON.parse(button.dataset.countWords);
  button.disabled = count === 0;
  button.textContent = words[Math.min(Math.max(count, 1), words.length) - 1];
};

for (const form of document.querySelectorAll('[data-counted]')) {
  form.addEventListener('change', () => say(form));
  say(form);
}
