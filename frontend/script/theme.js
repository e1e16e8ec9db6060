// Before the first paint: the theme that this browser's person chose.
try {
  var theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch (_) { /* No storage: the system's theme. */ }
