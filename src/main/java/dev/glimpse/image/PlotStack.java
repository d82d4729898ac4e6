package dev.glimpse.image;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * A picture of plots one below the other, for curves of one x that no single y axis suits.
 *
 * @param panels from the top
 */
public record PlotStack(List<Panel> panels) {
    public PlotStack {
        panels = List.copyOf(panels);
    }

    /**
     * A plot and what it shows.
     *
     * @param curves names must differ
     */
    public record Panel(CurvePlot plot, List<Curve> curves) {
        public Panel {
            curves = List.copyOf(curves);
        }
    }

    /**
     * A PNG file of all panels.
     *
     * @throws NoFontsException if there is nothing to write the labels with
     */
    public byte[] png() {
        List<BufferedImage> images =
                panels.stream().map(panel -> panel.plot.image(panel.curves)).toList();
        BufferedImage all = new BufferedImage(
                images.stream().mapToInt(BufferedImage::getWidth).max().orElseThrow(),
                images.stream().mapToInt(BufferedImage::getHeight).sum(),
                BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = all.createGraphics();
        int y = 0;
        for (BufferedImage image : images) {
            canvas.drawImage(image, 0, y, null);
            y += image.getHeight();
        }
        canvas.dispose();
        return Png.of(all);
    }
}
