// Keeps as a draft what is being typed into a form with data-bewaar, so that a closed tab loses nothing. All works without.
for (const form of document.querySelectorAll("form[data-bewaar]")) {
  let timer = 0, sent = false;
  const filled = () => {
    const data = new FormData(form);
    data.append("formulier", form.dataset.bewaar);
    return data;
  };
  const keep = () => {
    clearTimeout(timer);
    timer = 0;
    if (!sent) fetch("/concepten/bewaar", {method: "POST", body: new URLSearchParams(filled()), keepalive: true}).catch(() => {});
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 1500);
  });
  form.addEventListener("submit", () => { sent = true; clearTimeout(timer); });
  addEventListener("pagehide", () => { if (timer) keep(); });
}
