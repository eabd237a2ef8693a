"""People whom somebody looks after: added, renamed, removed, and taking themselves over."""
