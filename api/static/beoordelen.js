// Optional: 0-3 grade, u goes back, s skips. Without it, and when it is switched off, the buttons do the same.
(function () {
  var gone = false;
  // A key that comes before the next pair is there is of no pair: it would grade the last one again.
  window.addEventListener("pageshow", function () { gone = false; });
  document.addEventListener("keydown", function (event) {
    if (gone || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    var control = document.querySelector('[data-toets="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (!control) return;
    event.preventDefault();
    gone = true;
    control.click();
  });
})();
