// Before the first paint: the theme that was chosen here, where one was. Else the system's holds.
{
  const theme = localStorage.getItem("photohq:theme");
  if (theme) document.documentElement.dataset.theme = theme;
}
