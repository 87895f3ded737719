// Optional: 0-3 grade, u goes back, s skips. Without it, and when it is switched off, the buttons do the same.
document.addEventListener("keydown", function (event) {
  var typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  var control = document.querySelector('[data-toets="' + CSS.escape(event.key.toLowerCase()) + '"]');
  if (!control || control.disabled) return;
  event.preventDefault();
  control.click();
});
