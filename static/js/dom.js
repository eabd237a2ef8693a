/* Short words for the document. Scripts of one page are joined per entry, so nothing in here may hold a state. */
export const byId = (id) => document.getElementById(id);
export const openDialog = () => document.querySelector('dialog[open]');
