/* What made htmx ask: the event behind one of its requests, such as the submit of a form. */
export const causeOf = (e) => e.detail.requestConfig?.triggeringEvent;
