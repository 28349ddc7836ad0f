// The parts of ECharts that the figures use, and nothing else of it.
import * as echarts from "echarts/core";
import { BarChart, CustomChart, HeatmapChart, LineChart, LinesChart, ScatterChart } from "echarts/charts";
import { AriaComponent, DataZoomComponent, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

echarts.use([
  BarChart, CustomChart, HeatmapChart, LineChart, LinesChart, ScatterChart, AriaComponent, DataZoomComponent, GridComponent,
  LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, LabelLayout, CanvasRenderer, SVGRenderer,
]);

// Without quotes: ECharts puts it into attributes of SVG as it is.
export const FONT = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, Helvetica Neue, Arial, sans-serif";
export const INK = "#1b2a41";
export const FAINT = "#5a6675";
export const RULE = "#c3cad3";
export const ALARM = "#b3121d";
export const WATER = "#2f6f9f";
export const WASTE = "#6d4c41";

export const open = (element, width, height, renderer) => echarts.init(element, null, { renderer, width, height, devicePixelRatio: renderer === "canvas" ? 2.5 : undefined });

export const base = () => ({
  animation: false,
  backgroundColor: "#ffffff",
  textStyle: { fontFamily: FONT, color: INK, fontSize: 12 },
  useUTC: true,
});

export const axis = (more) => ({
  nameTextStyle: { color: FAINT },
  axisLine: { show: true, lineStyle: { color: FAINT } },
  axisTick: { show: true },
  axisLabel: { color: INK },
  splitLine: { show: false },
  ...more,
});
