// Each piece of text below an element, with its contrast (WCAG 2: from 1 to 21) to what is behind it.
(element) => {
  const colour = (text) => {
    const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
    return { channels: [red, green, blue], alpha };
  };
  const over = (top, below) =>
    top.channels.map((channel, i) => channel * top.alpha + below[i] * (1 - top.alpha));
  const behind = (node) =>
    node ? over(colour(getComputedStyle(node).backgroundColor), behind(node.parentElement)) : [255, 255, 255];
  const luminance = (channels) => {
    const [red, green, blue] = channels
      .map((channel) => channel / 255)
      .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const measured = (text) => {
    const parent = text.parentElement;
    const ground = behind(parent);
    const ink = over(colour(getComputedStyle(parent).color), ground);
    const [dark, light] = [luminance(ink), luminance(ground)].sort((a, b) => a - b);
    return { contrast: (light + 0.05) / (dark + 0.05), text: text.textContent.trim() };
  };
  const found = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (text.textContent.trim() && text.parentElement.checkVisibility()) found.push(measured(text));
  }
  return found;
}
