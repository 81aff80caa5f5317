// The document knows that scripts run: parts that only work with them show themselves.
document.documentElement.classList.add("js");
