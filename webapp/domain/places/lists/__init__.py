"""Lists of people that come from elsewhere: files, exports of other tools, pasted lines."""
