document.querySelectorAll("thead th:not([data-plain])").forEach(function (head) {
  var sort = function () {
    var table = head.closest("table"), body = table.tBodies[0], at = head.cellIndex;
    var down = head.getAttribute("aria-sort") !== "descending";
    var value = function (row) {
      var cell = row.cells[at], number = cell.getAttribute("data-v");
      if (number === null && cell.textContent.trim() !== "" && !isNaN(cell.textContent)) number = cell.textContent;
      return number === null ? cell.textContent.trim().toLowerCase() : Number(number);
    };
    var rows = Array.prototype.slice.call(body.rows);
    rows.sort(function (a, b) {
      var x = value(a), y = value(b), order = x < y ? -1 : x > y ? 1 : 0;
      return down ? -order : order;
    });
    table.querySelectorAll("th[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    rows.forEach(function (row) { body.appendChild(row); });
  };
  head.tabIndex = 0;
  head.title = "Sort";
  head.addEventListener("click", sort);
  head.addEventListener("keydown", function (key) {
    if (key.key === "Enter" || key.key === " ") { key.preventDefault(); sort(); }
  });
});
