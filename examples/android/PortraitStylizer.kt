// Stylize a bitmap by an exported .tflite file on Android, with LiteRT's CompiledModel.
//
// build.gradle.kts:  implementation("com.google.ai.edge.litert:litert:2.3.0")
// app/src/main/assets:  conditional_float16.tflite and metadata.json of the export

import android.content.Context
import android.graphics.Bitmap
import com.google.ai.edge.litert.Accelerator
import com.google.ai.edge.litert.CompiledModel
import kotlin.math.min
import kotlin.math.roundToInt
import org.json.JSONArray
import org.json.JSONObject

// The network draws a border along the edge of its input; these pixels keep it off the photo.
private const val RIM = 16
private const val SIGNATURE = "serving_default"

/** Not thread-safe: call from one background thread. */
class PortraitStylizer(
    context: Context,
    modelAsset: String = "conditional_float16.tflite",
    accelerator: Accelerator = Accelerator.CPU,
) : AutoCloseable {
    private val metadata =
        JSONObject(context.assets.open("metadata.json").bufferedReader().use { it.readText() })
    private val size = metadata.getJSONObject("inputs").getJSONObject("photo")
        .getJSONArray("shape").getInt(1)
    private val styles = metadata.getJSONObject("styles")

    private val model =
        CompiledModel.create(context.assets, modelAsset, CompiledModel.Options(accelerator))
    private val inputs = listOf("photo", "style_code", "intensity")
        .associateWith { model.createInputBuffer(it, SIGNATURE) }
    private val outputs = mapOf("image" to model.createOutputBuffer("image", SIGNATURE))

    val styleNames: List<String> = styles.keys().asSequence().toList()

    /**
     * Draws [photo], which must not be a hardware bitmap, as large as fits; [intensity] goes from
     * 0, the photo, to 1, the full style.
     */
    fun stylize(photo: Bitmap, style: String, intensity: Float = 1f): Bitmap {
        val inner = size - 2 * RIM
        val scale = min(inner / photo.width.toFloat(), inner / photo.height.toFloat())
        val width = (photo.width * scale).roundToInt().coerceIn(1, inner)
        val height = (photo.height * scale).roundToInt().coerceIn(1, inner)
        val small = Bitmap.createScaledBitmap(photo, width, height, true)

        inputs.getValue("photo").writeFloat(padded(small))
        inputs.getValue("style_code").writeFloat(styles.getJSONArray(style).toFloats())
        inputs.getValue("intensity").writeFloat(floatArrayOf(intensity))
        model.run(inputs, outputs, SIGNATURE)
        return cropped(outputs.getValue("image").readFloat(), width, height)
    }

    /** Repeats the last pixels of the photo up to the edges; RGB in [-1, 1]. */
    private fun padded(photo: Bitmap): FloatArray {
        val pixels = IntArray(photo.width * photo.height)
        photo.getPixels(pixels, 0, photo.width, 0, 0, photo.width, photo.height)
        val values = FloatArray(size * size * 3)
        var next = 0
        for (y in 0 until size) {
            val row = (y - RIM).coerceIn(0, photo.height - 1) * photo.width
            for (x in 0 until size) {
                val pixel = pixels[row + (x - RIM).coerceIn(0, photo.width - 1)]
                for (shift in intArrayOf(16, 8, 0)) {
                    values[next++] = (pixel shr shift and 0xFF) / 127.5f - 1f
                }
            }
        }
        return values
    }

    /** Cuts the rim off. */
    private fun cropped(values: FloatArray, width: Int, height: Int): Bitmap {
        val pixels = IntArray(width * height) { i ->
            val start = 3 * ((i / width + RIM) * size + i % width + RIM)
            (0 until 3).fold(0xFF) { argb, channel ->
                val level = ((values[start + channel] + 1f) * 127.5f).roundToInt()
                (argb shl 8) or level.coerceIn(0, 255)
            }
        }
        return Bitmap.createBitmap(pixels, width, height, Bitmap.Config.ARGB_8888)
    }

    override fun close() {
        (inputs.values + outputs.values).forEach { it.close() }
        model.close()
    }
}

private fun JSONArray.toFloats() = FloatArray(length()) { getDouble(it).toFloat() }
