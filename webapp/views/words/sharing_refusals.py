"""What is said when something that an organization shows of itself is refused, and the HTTP status of it."""

from collections.abc import Mapping

from webapp.languages.words import N_

SENTENCES: Mapping[str, tuple[str, ...]] = {
    # terms
    "terms_missing": (N_("Enter your terms, or don’t ask people to accept them"),),
    "terms_unaccepted": (N_("Accept the organization’s terms first."),),
    "terms_changed": (N_("The terms changed a moment ago. Read them again."),),
    # an organization's colours
    "colour_invalid": (N_("Enter a color like #0b5a66"),),
    "colour_unreadable": (
        N_("People couldn’t read this color. The nearest one they can read is {nearest}"),
        N_("People couldn’t read this color. Choose another one"),
    ),
    # sites that may show embedded pages
    "origin_invalid": (
        N_("“{typed}” isn’t the address of a website. Enter one like https://www.example.org"),
        N_("Enter addresses of websites, like https://www.example.org"),
    ),
    "too_many_origins": (N_("Enter at most {most} websites"), N_("Enter fewer websites")),
    # an organization's picture
    "picture_missing": (N_("Choose a PNG file"),),
    "picture_not_png": (N_("This isn’t a PNG file. Save the picture as a PNG and choose that file"),),
    "picture_too_large": (N_("Choose a file of at most {most} KB"), N_("Choose a smaller file")),
    "picture_size": (
        N_("Choose a picture of {low} to {high} pixels on each side; this one has {width} by {height}"),
        N_("Choose a picture of another size"),
    ),
    "picture_broken": (N_("This file is damaged. Save the picture as a PNG again and choose that file"),),
    # an event's picture
    "picture_kind": (N_("This isn’t a JPEG, PNG or WebP file. Save the picture as one of these and choose that file"),),
    "picture_too_many_pixels": (
        N_("Choose a picture of at most {most} megapixels"),
        N_("Choose a picture with fewer pixels"),
    ),
    "picture_too_small": (
        N_("Choose a picture of at least {low} pixels on each side; this one has {width} by {height}"),
        N_("Choose a larger picture"),
    ),
}
STATUS: Mapping[str, int] = {
    "terms_changed": 409,
    "picture_too_large": 413,
    "picture_too_many_pixels": 413,
    "picture_not_png": 415,
    "picture_kind": 415,
}
