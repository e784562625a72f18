// Stylize an image by an exported .tflite file on iOS, with the TensorFlow Lite interpreter.
//
// Podfile:  pod 'TensorFlowLiteSwift', '~> 2.17.0'
// App bundle:  conditional_float16.tflite and metadata.json of the export

import TensorFlowLite
import UIKit

/// Not thread-safe: call from one background queue.
final class PortraitStylizer {
  // The network draws a border along the edge of its input; these pixels keep it off the photo.
  private let rim = 16
  private let size: Int
  private let styles: [String: [Float]]
  private let runner: SignatureRunner

  var styleNames: [String] { styles.keys.sorted() }

  init(bundle: Bundle = .main, model: String = "conditional_float16") throws {
    guard let modelPath = bundle.path(forResource: model, ofType: "tflite"),
      let metadataURL = bundle.url(forResource: "metadata", withExtension: "json")
    else { throw StylizerError.missingResource }
    let metadata = try JSONDecoder().decode(Metadata.self, from: Data(contentsOf: metadataURL))
    size = metadata.inputs.photo.shape[1]
    styles = metadata.styles

    var options = Interpreter.Options()
    options.threadCount = 2
    options.isXNNPackEnabled = true
    let interpreter = try Interpreter(modelPath: modelPath, options: options)
    runner = try interpreter.signatureRunner(with: "serving_default")
  }

  /// Draws `photo` as large as fits; `intensity` goes from 0, the photo, to 1, the full style.
  func stylize(_ photo: UIImage, style: String, intensity: Float = 1) throws -> UIImage {
    guard let code = styles[style] else { throw StylizerError.unknownStyle(style) }
    let inner = CGFloat(size - 2 * rim)
    let scale = min(inner / photo.size.width, inner / photo.size.height)
    let width = max(1, Int((photo.size.width * scale).rounded()))
    let height = max(1, Int((photo.size.height * scale).rounded()))

    let pixels = try Self.rgba(of: photo, width: width, height: height)
    try runner.invoke(with: [
      "photo": bytes(of: padded(pixels, width: width, height: height)),
      "style_code": bytes(of: code),
      "intensity": bytes(of: [intensity]),
    ])
    let image = try runner.output(named: "image").data
    let values = image.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    return try cropped(values, width: width, height: height)
  }

  /// Repeats the last pixels of the photo up to the edges; RGB in [-1, 1].
  private func padded(_ pixels: [UInt8], width: Int, height: Int) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(size * size * 3)
    for y in 0..<size {
      let row = min(max(y - rim, 0), height - 1) * width
      for x in 0..<size {
        let pixel = 4 * (row + min(max(x - rim, 0), width - 1))
        for channel in 0..<3 {
          values.append(Float(pixels[pixel + channel]) / 127.5 - 1)
        }
      }
    }
    return values
  }

  /// Cuts the rim off.
  private func cropped(_ values: [Float], width: Int, height: Int) throws -> UIImage {
    var pixels = [UInt8](repeating: 255, count: width * height * 4)
    for y in 0..<height {
      for x in 0..<width {
        let start = 3 * ((y + rim) * size + x + rim)
        for channel in 0..<3 {
          let level = ((values[start + channel] + 1) * 127.5).rounded()
          pixels[4 * (y * width + x) + channel] = UInt8(min(max(level, 0), 255))
        }
      }
    }
    let context = try Self.context(width, height)
    context.data!.copyMemory(from: pixels, byteCount: pixels.count)
    guard let image = context.makeImage() else { throw StylizerError.noContext }
    return UIImage(cgImage: image)
  }

  /// Reads upright pixels, whatever orientation the camera noted.
  private static func rgba(of photo: UIImage, width: Int, height: Int) throws -> [UInt8] {
    let format = UIGraphicsImageRendererFormat()
    format.scale = 1
    let target = CGSize(width: width, height: height)
    let upright = UIGraphicsImageRenderer(size: target, format: format).image { _ in
      photo.draw(in: CGRect(origin: .zero, size: target))
    }
    guard let image = upright.cgImage else { throw StylizerError.noContext }
    let context = try context(width, height)
    context.draw(image, in: CGRect(origin: .zero, size: target))
    return Array(UnsafeRawBufferPointer(start: context.data!, count: width * height * 4))
  }

  /// Makes room for RGBA pixels; the context owns it.
  private static func context(_ width: Int, _ height: Int) throws -> CGContext {
    guard
      let context = CGContext(
        data: nil, width: width, height: height, bitsPerComponent: 8, bytesPerRow: 4 * width,
        space: CGColorSpace(name: CGColorSpace.sRGB)!,
        bitmapInfo: CGImageAlphaInfo.noneSkipLast.rawValue)
    else { throw StylizerError.noContext }
    return context
  }
}

enum StylizerError: Error {
  case missingResource
  case unknownStyle(String)
  case noContext
}

private struct Metadata: Decodable {
  struct Inputs: Decodable {
    struct Photo: Decodable { let shape: [Int] }
    let photo: Photo
  }
  let inputs: Inputs
  let styles: [String: [Float]]
}

private func bytes(of values: [Float]) -> Data {
  values.withUnsafeBufferPointer { Data(buffer: $0) }
}
