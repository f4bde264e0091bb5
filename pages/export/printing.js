// A chart is saved as a PNG with its page's title, what was chosen, as at when and the note written on it.
for (const button of document.querySelectorAll("button.save"))
  button.addEventListener("click", async () => {
    const chart = button.closest("figure").querySelector(".plotly-graph-div");
    const [title, choice] = document.querySelectorAll("header > *");
    const before = [...document.querySelectorAll("h2")].filter(
      (heading) => heading.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const heading = before.length ? ` ${before.at(-1).innerText}` : "";
    const small = (line) => `<span style="font-size:12px">${line}</span>`;
    const text = [title.innerText + heading, small(choice.innerText), small(button.dataset.note)].join("<br>");
    const room = 84;
    const size = {width: chart.clientWidth, height: chart.clientHeight + room};
    const layout = {
      ...chart.layout,
      ...size,
      autosize: false,
      margin: {...chart.layout.margin, t: (chart.layout.margin.t || 0) + room},
      title: {
        text, font: {size: 15}, x: 0, xanchor: "left", y: 1, yref: "container", yanchor: "top",
        pad: {t: 24, l: 10},
      },
    };
    const link = document.createElement("a");
    link.href = await Plotly.toImage({data: chart.data, layout}, {format: "png", scale: 2, ...size});
    link.download = `${button.dataset.name}.png`;
    link.click();
  });
