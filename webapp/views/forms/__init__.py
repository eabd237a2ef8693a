"""The one reader of forms: nothing else looks into what a request sent (decision 095).

`sent` takes single values out of a request, `form` a whole form with its mistakes and its answer,
`readers` turn a text into a value, `reason` is the small form that asks why.
"""
