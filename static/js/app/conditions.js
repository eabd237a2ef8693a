/* [data-shown-if] holds what is asked only where the field of that name has the value in [data-shown-is], or one of its
   lines. Without this it is always there and says when it counts; what is sent needlessly the server leaves out. */
const answers = (name) =>
  [...document.querySelectorAll(`select[name="${CSS.escape(name)}"], [name="${CSS.escape(name)}"]:checked`)]
    .filter((field) => !field.closest('[data-shown-if][hidden]'))
    .map((field) => field.value);
const showAsked = () => {
  // In the order of the page: a question depends on earlier ones only.
  for (const part of document.querySelectorAll('[data-shown-if]')) {
    const wanted = part.dataset.shownIs.split('\n');
    part.hidden = !answers(part.dataset.shownIf).some((answer) => wanted.includes(answer));
  }
};
addEventListener('change', showAsked);
addEventListener('htmx:afterSettle', showAsked);
showAsked();
