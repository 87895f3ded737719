"""The pages as a person meets them: in a real browser, by keyboard, on paper, narrow, large and dark."""

# The reason of a skip, by which the end of the output knows what was not tested.
NO_BROWSER = "no Chromium found"
