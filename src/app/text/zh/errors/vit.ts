import type { Catalogue } from '../../../../common/said';

export const vit: Catalogue = {
  // vit/architecture
  'A plain pre-norm ViT works: vit_tiny/small/base, DeiT, DINO, MAE or DINOv2, as timm or Hugging Face save it.':
    '普通的pre-norm ViT可用：由timm或Hugging Face保存的vit_tiny/small/base、DeiT、DINO、MAE或DINOv2。',
  'a Swin Transformer (windowed attention)': 'Swin Transformer（窗口注意力）',
  'a BEiT or data2vec (relative positions inside its attention)': 'BEiT或data2vec（注意力内含相对位置）',
  'a BEiT (relative positions inside its attention)': 'BEiT（注意力内含相对位置）',
  'a BEiT or data2vec without absolute positions': '没有绝对位置的BEiT或data2vec',
  'a SigLIP or another ViT that pools by attention': 'SigLIP或另一种用注意力池化的ViT',
  'a BLIP': 'BLIP',
  'a CLIP model': 'CLIP模型',
  'a DINOv3 (rotary positions in its attention)': 'DINOv3（注意力用旋转位置）',
  'a DINOv3 or EVA (rotary positions in its attention)': 'DINOv3或EVA（注意力用旋转位置）',
  'a SAM or ViTDet (relative positions and windows in its attention)': 'SAM或ViTDet（注意力用相对位置和窗口）',
  'a transformer with relative positions in its attention': '注意力用相对位置的transformer',
  'a ViT with parallel blocks': '含并行块的ViT',
  'a ViT whose attention and MLP stand side by side': '注意力与MLP并列的ViT',
  'a Hiera or MViT (it pools inside its attention)': 'Hiera或MViT（在注意力内池化）',
  'a PVT (attention over a reduced grid)': 'PVT（在缩小的网格上做注意力）',
  'a CvT (convolutions inside its attention)': 'CvT（注意力内含卷积）',
  'a ConvNeXt or another network in stages': 'ConvNeXt或另一种分阶段的网络',
  'a ResNet': 'ResNet',
  'an MLP-Mixer (no attention)': 'MLP-Mixer（没有注意力）',
  'a pruned model, whose weights still lie beside their masks': '剪枝后的模型，权重仍与掩码放在一起',
  'Make it final with torch.nn.utils.prune.remove(module, "weight") on each module, and save it again.':
    '请对每个模块调用torch.nn.utils.prune.remove(module, "weight")使其定型，再重新保存。',
  'a model whose weights are still computed from others (weight norm, spectral norm, a parametrisation)':
    '权重仍由其他量算出的模型（权重归一化、谱归一化、参数化）',
  'Make it final with torch.nn.utils.parametrize.remove_parametrizations (or remove_weight_norm), and save it again.':
    '请用torch.nn.utils.parametrize.remove_parametrizations（或remove_weight_norm）使其定型，再重新保存。',
  'a diffusion transformer': '扩散transformer',
  'a YOLOS (a detector)': 'YOLOS（检测器）',
  'a ViT that normalises queries and keys': '对查询和键做归一化的ViT',
  'a ViT with a norm before its first block (CLIP style)': '第一个块之前有归一化的ViT（CLIP式）',
  'a post-norm transformer (norms after the residual sum)': 'post-norm transformer（归一化在残差相加之后）',
  'a CaiT (class attention, talking heads)': 'CaiT（类别注意力，talking heads）',
  'a ViT with a gated (SwiGLU) MLP': '带门控（SwiGLU）MLP的ViT',
  'a ViT that projects queries, keys and values apart or head by head': '分别或逐头投影查询、键和值的ViT',
  '{0} Where the parts are plain linear maps, stack them to one attn.qkv of [3 D, D] a block and save that.':
    '{0}如果各部分只是普通线性映射，请把它们堆叠成每块一个[3 D, D]的attn.qkv并保存。',
  'a transformer whose blocks share their weights': '各块共享权重的transformer',
  "built of PyTorch's TransformerEncoderLayer": '由PyTorch的TransformerEncoderLayer构成的模型',
  'Its file tells neither whether norms come first (by default they do not) nor the activation (by default ReLU). Save it under names of timm’s, with the activation in config.json ("hidden_act"), if it is a pre-norm ViT.':
    '它的文件既不说明归一化是否在前（默认不在前），也不说明激活函数（默认ReLU）。如果它是pre-norm ViT，请按timm的命名保存，并在config.json中写明激活函数（“hidden_act”）。',
  'a ViT of the vit-pytorch package, which differs in its details': 'vit-pytorch包的ViT，其细节不同',
  'a ViT whose patches pass through more than one linear map': '图块要经过不止一个线性映射的ViT',
  'a transformer with rotary positions': '用旋转位置的transformer',
  'an adapter without its backbone': '没有骨干网络的适配器',
  'Load the backbone file that the adapter was trained on.': '请加载训练此适配器时所用的骨干网络文件。',
  'This checkpoint is {0}: tensor "{1}" tells. {2}': '此检查点是{0}：由张量“{1}”可知。{2}',
  'The file is the state of an optimiser (tensor "{0}"), not a model. Load the weights that were saved beside it.':
    '此文件是优化器的状态（张量“{0}”），不是模型。请加载与它一起保存的权重。',
  'Tensor "patch_embed.proj.weight" (the patch embedding) is missing, and none stands in its place under the names of timm, Hugging Face, JAX, mmpretrain or torchvision: the file holds {0}. {1}':
    '张量“patch_embed.proj.weight”（图块嵌入）缺失，按timm、Hugging Face、JAX、mmpretrain或torchvision的命名也没有替代它的：文件含有{0}。{1}',
  '{0} and {1} more': '{0}，以及另外{1}个',
  'Tensor "{0}" does not exist in a plain pre-norm ViT, so ignoring it would change what the model computes. {1}':
    '普通的pre-norm ViT中没有张量“{0}”，忽略它会改变模型的计算。{1}',

  // vit/assumptions
  'the file does not say; published ViTs of width {0} have {1}': '文件没有说明；已发布的宽{0}的ViT有{1}个',
  'the file does not say; heads are usually {0} wide, and the model is {1}': '文件没有说明；注意力头通常宽{0}，而模型宽{1}',
  'the file does not say, and a width of {0} divides into neither heads of 64 nor of 32':
    '文件没有说明，而宽{0}既不能分成宽64的注意力头，也不能分成宽32的',
  'the file does not say; ViTs of timm, DeiT and DINO use 1e-6': '文件没有说明；timm、DeiT和DINO的ViT用1e-6',
  'the file names "{0}", a family trained with ImageNet\'s statistics': '文件写明“{0}”，这一系列用ImageNet的统计量训练',
  'the file does not say; most ViTs of timm and Google scale pixels to -1 .. 1': '文件没有说明；timm和Google的多数ViT把像素缩放到-1 .. 1',

  // vit/config-fields
  'field "{0}" is {1}; {2} is expected. Correct it or leave the file out.': '字段“{0}”为{1}；应为{2}。请改正，或不附此文件。',
  'a whole number above 0': '大于0的整数',
  'a number above 0 and up to 0.1': '大于0且不超过0.1的数',
  'a text': '文本',
  'a square (one number)': '正方形（一个数）',
  'a number for each of three channels': '三个通道各一个数',
  'a deviation above 0 in every channel': '每个通道都大于0的标准差',
  'field "{0}" names the activation "{1}", which is not computed here; gelu, gelu_tanh, quick_gelu, silu and relu are. Another one would change every feature, so the model is not loaded.':
    '字段“{0}”指定激活函数“{1}”，这里不能计算；能计算的有gelu、gelu_tanh、quick_gelu、silu和relu。换一个激活函数会改变所有特征，因此不加载此模型。',
  'field "{0}" pools by {1}, which is not computed here; the class token ("token"), the mean of the patches ("avg"), their maximum ("max") and both ("avgmax") are. Train or export the model with one of them.':
    '字段“{0}”用{1}池化，这里不能计算；能计算的有分类词元（“token”）、图块的均值（“avg”）、最大值（“max”）以及两者（“avgmax”）。请用其中一种训练或导出模型。',
  'true or false': 'true或false',
  'field "{0}" is {1}, which changes what the model computes and is not computed here, so the features would be wrong. Plain pre-norm ViTs work. If the weights were made without it, remove the field.':
    '字段“{0}”为{1}，它会改变模型的计算，而这里不能这样计算，特征会出错。普通的pre-norm ViT可用。如果权重不是用它得到的，请删去此字段。',

  // vit/config-override
  'A LayerNorm eps of {0} is not above 0. 1e-6 is usual.': 'LayerNorm的eps为{0}，不大于0。通常为1e-6。',
  'A standard deviation of {0} is not above 0 in every channel.': '标准差{0}并非在每个通道都大于0。',

  // vit/copies
  'The file has no model "{0}". It has: {1}.': '文件中没有模型“{0}”。它有：{1}。',
  'as asked for': '按要求选择',
  'the averaged weights': '平均后的权重',
  'not one that serves training alone': '不只为训练服务的那一份',
  'The file holds {0} copies of the model. Taken: “{1}” ({2}); also there: {3}.':
    '文件含有模型的{0}个副本。采用：“{1}”（{2}）；另有：{3}。',
  '“{0}”': '“{0}”',

  // vit/dtype
  'Tensor "{0}" is part of the model, but stored as {1}, which is not read here. Convert the weights to float32 or float16 in the library that wrote them (dequantise, then model.float()), and save them again.':
    '张量“{0}”是模型的一部分，但存储为{1}，这里不能读取。请在写出权重的库中把它们转换为float32或float16（先反量化，再model.float()），然后重新保存。',
  'an unknown type': '未知类型',
  'whole numbers ({0})': '整数（{0}）',
  'Tensor "{0}" has {1} bytes, which is not what shape [{2}] in {3} takes. The file is damaged; download it again.':
    '张量“{0}”有{1}字节，与{3}的形状[{2}]所需不符。文件已损坏；请重新下载。',

  // vit/facts
  'field "rescale_factor" is {0}; a number above 0 is expected. Correct it.': '字段“rescale_factor”为{0}；应为大于0的数。请改正。',
  'field "image_mean" is [{0}], which is meant for pixels from 0 to 255, but pixels are scaled to 0 .. 1. Divide mean and deviation by 255, or say "do_rescale": false.':
    '字段“image_mean”为[{0}]，这是用于0到255的像素的，但像素缩放到0 .. 1。请把均值和标准差除以255，或写明“"do_rescale": false”。',
  'fields "do_rescale" and "rescale_factor" bring pixels to 0 .. {0}, but "image_mean" and "image_std" are missing. Add them, or "do_normalize": false.':
    '字段“do_rescale”和“rescale_factor”把像素缩放到0 .. {0}，但缺少“image_mean”和“image_std”。请添加它们，或写明“"do_normalize": false”。',
  '{0} is not valid JSON. Correct it or leave it out.': '{0}不是有效的JSON。请改正，或不附此文件。',
  '{0} does not hold a JSON object. Correct it or leave it out.': '{0}不含JSON对象。请改正，或不附此文件。',

  // vit/front-tokens
  'a token in front of the patches': '图块之前的词元',
  'Tensor "{0}" stands in front of the patches, but there is no "cls_token". ViTs with a class token, or with nothing in front, work.':
    '张量“{0}”在图块之前，但没有“cls_token”。有分类词元的ViT，或图块之前没有任何词元的ViT可用。',
  'Tensor "pos_embed" (the position embedding) is missing: without it this is a transformer with relative, rotary or no positions, which is not computed here. ViTs with learned or fixed positions added to the patches work.':
    '张量“pos_embed”（位置嵌入）缺失：没有它，这就是用相对位置、旋转位置或没有位置的transformer，这里不能计算。位置（学习的或固定的）与图块相加的ViT可用。',
  'the position embedding': '位置嵌入',
  'Tensor "pos_embed" has {0} positions; {1} in front and a square grid of patches would be n² + {2} ({3} for 14 x 14).':
    '张量“pos_embed”有{0}个位置；图块之前有{1}，加上正方形的图块网格应为n² + {2}（14 x 14时为{3}）。',
  '{0} token': '{0}个词元',
  '{0} tokens': '{0}个词元',

  // vit/jax
  'Array "{0}" should have {1} dimensions, but is [{2}].': '数组“{0}”应有{1}维，但为[{2}]。',
  'Array "{0}" holds all blocks in one (big_vision with scan). Save the checkpoint with one encoderblock_N per block.':
    '数组“{0}”把所有块合在一起（big_vision的scan）。请把检查点保存为每块一个encoderblock_N。',
  'Array "{0}" pools by attention (SigLIP); class token and mean pooling work.':
    '数组“{0}”用注意力池化（SigLIP）；分类词元和均值池化可用。',
  'Array "{0}" does not exist in a plain pre-norm ViT of JAX.': 'JAX的普通pre-norm ViT中没有数组“{0}”。',

  // vit/layouts
  '{0} (In the file: "{1}".)': '{0}（在文件中：“{1}”。）',

  // vit/load
  'This is an exported program (torch.export.save): it holds a graph of operations, not a model by its parts. Save model.state_dict() with torch.save instead.':
    '这是导出的程序（torch.export.save）：它含有运算的图，而不是按部分存放的模型。请改用torch.save保存model.state_dict()。',
  'This zip archive holds {0}, not weights: neither torch.save nor NumPy wrote it. Unpack it and drop the weights file itself.':
    '此zip压缩包含有{0}，不是权重：既不是torch.save写的，也不是NumPy写的。请解开并拖入权重文件本身。',
  nothing: '空无一物',
  'PyTorch (.pth, .pt, .bin; zip archives)': 'PyTorch（.pth、.pt、.bin；zip压缩包）',
  'PyTorch before 1.6': '1.6之前的PyTorch',
  'a GGUF file (quantised, for llama.cpp and its kin)': 'GGUF文件（量化的，用于llama.cpp一类程序）',
  'an ONNX graph: operations, not a model by its parts. Take the checkpoint that it was exported from':
    'ONNX图：是运算，而不是按部分存放的模型。请使用导出它的检查点',
  'a file of Flax. Load it in transformers with from_flax=True and call save_pretrained':
    'Flax文件。请在transformers中用from_flax=True加载并调用save_pretrained',
  'a file of TensorFlow or Keras': 'TensorFlow或Keras文件',
  'a Python pickle that torch.save did not write. Load it in Python and save its dict of tensors with torch.save, or as safetensors':
    '不是由torch.save写的Python pickle。请在Python中加载，并用torch.save或以safetensors保存其张量字典',
  'a gzip file. Unpack it first': 'gzip文件。请先解开',
  'an HDF5 file (Keras)': 'HDF5文件（Keras）',
  'a web page (the download was probably an error or a login page)': '网页（下载到的多半是错误页或登录页）',
  'a Git LFS pointer, not the weights themselves': 'Git LFS指针，不是权重本身',
  '"{0}" is {1}. Formats read: {2}. In timm: safetensors.torch.save_file(model.state_dict(), "model.safetensors").':
    '“{0}”是{1}。能读取的格式：{2}。在timm中：safetensors.torch.save_file(model.state_dict(), "model.safetensors")。',
  'not a weights file that is known here': '这里不认识的文件，不是权重文件',

  // vit/named-architectures
  'rotary positions in its attention': '注意力中的旋转位置',
  'norms after its maps or relative positions': '映射之后的归一化或相对位置',
  'a norm before its first block': '第一个块之前的归一化',
  'attention and MLP side by side': '并列的注意力与MLP',
  'relative positions and windows in its attention': '注意力中的相对位置和窗口',
  'pooling by attention': '用注意力的池化',
  'RMS norms and a gated MLP': 'RMS归一化和门控MLP',
  'another arithmetic': '另一种运算',
  'The configuration names the architecture "{0}", which has {1} and is not a plain pre-norm ViT; its tensors alone do not show it. vit_*, deit_* and dino ViTs work. If it is the configuration of another model, leave it out.':
    '配置写明架构“{0}”，它有{1}，不是普通的pre-norm ViT；单看张量看不出来。vit_*、deit_*和dino的ViT可用。如果这是另一个模型的配置，请不要附上。',
  'The configuration names the architecture "{0}", which is not known here; its tensors are those of a plain ViT, and it is computed as one.':
    '配置写明架构“{0}”，这里不认识；它的张量与普通ViT的相同，因此按普通ViT计算。',

  // vit/npz
  'Array "{0}" {1}. The file is damaged; download it again.': '数组“{0}”{1}。文件已损坏；请重新下载。',
  'Python objects': 'Python对象',
  'NumPy\'s "{0}"': 'NumPy的“{0}”',
  'an array column by column (numpy.ascontiguousarray mends that)': '按列存储的数组（用numpy.ascontiguousarray可以改正）',
  'declares shape [{0}], but {1} bytes follow': '声明形状[{0}]，但后面有{1}字节',

  // vit/peft-config
  'adapter_config.json: "target_modules" is a pattern that is not read here. List the modules instead.':
    'adapter_config.json：“target_modules”是这里不能读取的模式。请改为列出模块。',
  'adapter_config.json: "target_modules" is no pattern that is read here. List the modules instead.':
    'adapter_config.json：“target_modules”不是这里能读取的模式。请改为列出模块。',
  'Merge it in PEFT with merge_and_unload() and save the model.': '请在PEFT中用merge_and_unload()合并，再保存模型。',
  'adapter_config.json does not hold a JSON object. Download it again.': 'adapter_config.json不含JSON对象。请重新下载。',
  'The adapter is of type {0} (adapter_config.json, "peft_type"); only LoRA is merged here. {1}':
    '适配器的类型为{0}（adapter_config.json的“peft_type”）；这里只合并LoRA。{1}',
  'adapter_config.json sets {0}, which changes what the adapter computes and is not merged here. {1}':
    'adapter_config.json设置了{0}，它会改变适配器的计算，这里不能合并。{1}',
  'such an adapter began as leading singular vectors that were found with random numbers': '这样的适配器从用随机数求得的前几个奇异向量开始',
  'such an adapter began as what quantising the backbone lost': '这样的适配器从骨干网络量化时失去的部分开始',
  'such an adapter began as directions that depend on the images it was prepared with': '这样的适配器从取决于准备时所用图像的方向开始',
  'such an adapter began as gradients on the images it was prepared with': '这样的适配器从准备时所用图像上的梯度开始',
  'adapter_config.json: "init_lora_weights" is "{0}": {1}, so merged here it would compute something else. {2} Or convert it when saving: save_pretrained(…, path_initial_model_for_weight_conversion=…).':
    'adapter_config.json：“init_lora_weights”为“{0}”：{1}，因此在这里合并会得到不同的计算。{2}或在保存时转换：save_pretrained(…, path_initial_model_for_weight_conversion=…)。',
  'it is not known here what that took out of the backbone before training': '这里不知道它在训练前从骨干网络中取走了什么',
  'adapter_config.json is not valid JSON. Download it again.': 'adapter_config.json不是有效的JSON。请重新下载。',
  'adapter_config.json: field "{0}": {1}. Correct it.': 'adapter_config.json：字段“{0}”：{1}。请改正。',
  'The adapter was made for transposed weights (fan_in_fan_out), which ViTs do not have.':
    '适配器是为转置的权重（fan_in_fan_out）做的，ViT没有这样的权重。',

  // vit/peft
  'The adapter\'s tensor "{0}" belongs to no part of a plain ViT. Load the backbone that the adapter was trained on, or merge it in PEFT with merge_and_unload().':
    '适配器的张量“{0}”不属于普通ViT的任何部分。请加载训练此适配器时所用的骨干网络，或在PEFT中用merge_and_unload()合并。',
  'The adapter changes "{0}" ("{1}"), which this backbone does not have. It belongs to another one.':
    '适配器改变“{0}”（“{1}”），而此骨干网络没有它。它属于另一个骨干网络。',
  'The adapter\'s pair at "{0}" is [{1}] times [{2}], which does not fit the backbone\'s [{3}]. It belongs to another backbone.':
    '适配器在“{0}”处的一对为[{1}]乘[{2}]，与骨干网络的[{3}]不符。它属于另一个骨干网络。',
  'The file holds several adapters ({0}), and which is meant is not known. Save the wanted one alone.':
    '文件含有几个适配器（{0}），不知道指哪一个。请单独保存所要的那个。',
  'The adapter changes "{0}", which "target_modules" in adapter_config.json does not name. The two files do not belong together.':
    '适配器改变“{0}”，而adapter_config.json的“target_modules”没有列出它。两个文件不属于一起。',
  'The pair at "{0}" has rank {1}, but adapter_config.json says {2}. The two files do not belong together.':
    '“{0}”处的一对秩为{1}，但adapter_config.json写的是{2}。两个文件不属于一起。',
  'The adapter holds no low-rank pairs ("lora_A", "lora_B").': '适配器不含低秩对（“lora_A”、“lora_B”）。',
  'The adapter has "{0}" but not its other half, lora_{1}. The file is incomplete.':
    '适配器有“{0}”，却没有它的另一半lora_{1}。文件不完整。',

  // vit/pickle-cursor
  'it is cut off': '它不完整',

  // vit/pickle
  'it nests too deep': '它嵌套太深',
  'it refers to what lies outside of it': '它引用了自身之外的内容',
  'operation 0x{0} at byte {1} is none that plain data needs': '第{1}字节处的操作0x{0}不是普通数据所需的',
  'it uses protocol {0}, and 0 to 5 are read here': '它使用协议{0}，这里读取0到5',
  '"{0}" is no number': '“{0}”不是数',
  'it calls with what are no arguments': '它用不是参数的东西调用',
  'it calls what is no function': '它调用不是函数的东西',
  'it sets attributes of what has none': '它为没有属性的东西设置属性',
  'a dict lacks a value': '有一个dict缺少值',
  'it remembers nothing': '它没有可记住的内容',
  'it recalls entry {0}, which it never made': '它取回第{0}项，而从未存过这一项',
  'a mark is missing': '缺少一个标记',
  'it appends to what is no list': '它向不是列表的东西追加',
  'it sets items of what is no dict': '它为不是dict的东西设置元素',
  'its stack is empty': '它的栈是空的',

  // vit/plain-names
  'Between "{0}" and the map after it stands an activation that the file does not name; the exact GELU is taken.':
    '在“{0}”与其后的映射之间有一个激活函数，文件没有写明；采用精确的GELU。',

  // vit/position
  'An input of {0} pixels does not divide into patches of {1}. Choose a multiple, such as {2} or {3}.':
    '{0}像素的输入不能分成边长{1}的图块。请选择倍数，例如{2}或{3}。',
  'Tensor "pos_embed" (the position embedding) is missing.': '张量“pos_embed”（位置嵌入）缺失。',

  // vit/read-tensor
  'Tensor "{0}" of shape [{1}] is missing. The file is incomplete, or its model is not a plain pre-norm ViT.':
    '形状为[{1}]的张量“{0}”缺失。文件不完整，或其模型不是普通的pre-norm ViT。',
  'Tensor "{0}" should have shape [{1}], but has [{2}]. The file mixes models, or its model is not a plain pre-norm ViT.':
    '张量“{0}”的形状应为[{1}]，但为[{2}]。文件混有几个模型，或其模型不是普通的pre-norm ViT。',
  'Tensor "{0}" holds {1} at position {2}: the weights are broken (often a training run that diverged, or a float16 overflow). Load an earlier checkpoint.':
    '张量“{0}”在位置{2}处为{1}：权重已损坏（多半是训练发散，或float16溢出）。请加载更早的检查点。',

  // vit/rename
  queries: '查询',
  keys: '键',
  values: '值',
  'Tensor "{0}" has no parts.': '张量“{0}”没有部分。',
  'The parts of "{0}" are [{1}] and [{2}]: query, key and value have different widths, which no plain ViT has.':
    '“{0}”的各部分为[{1}]和[{2}]：查询、键和值的宽度不同，普通ViT不会这样。',
  'Tensors "{0}" and "{1}" are the same part of a ViT. The file mixes models.': '张量“{0}”和“{1}”是ViT的同一部分。文件混有几个模型。',
  'Beside "{0}" there is no tensor for {1}. The file is incomplete, or shares projections as no plain ViT does.':
    '“{0}”旁边没有用于{1}的张量。文件不完整，或以普通ViT没有的方式共享投影。',

  // vit/safetensors
  'Download the file again, or save it again with safetensors.': '请重新下载文件，或用safetensors重新保存。',
  'This file has {0} bytes, too few for a safetensors file. {1}': '此文件只有{0}字节，不够一个safetensors文件。{1}',
  'The safetensors header claims {0} bytes, but only {1} follow: the file is cut off, or it is not a safetensors file. {2}':
    'safetensors文件头声明{0}字节，但后面只有{1}字节：文件不完整，或不是safetensors文件。{2}',
  'The safetensors header claims {0} bytes; the format allows {1}. {2}': 'safetensors文件头声明{0}字节；格式允许{1}字节。{2}',
  'The safetensors header is not valid JSON: the file is damaged or not a safetensors file. {0}':
    'safetensors文件头不是有效的JSON：文件已损坏，或不是safetensors文件。{0}',
  'The safetensors header is not a JSON object: the file is damaged or not a safetensors file. {0}':
    'safetensors文件头不是JSON对象：文件已损坏，或不是safetensors文件。{0}',
  'Tensors "{0}" and "{1}" overlap in the file. {2}': '张量“{0}”和“{1}”在文件中重叠。{2}',
  '{0} bytes before tensor "{1}" belong to no tensor: its offsets do not fit the file. {2}':
    '张量“{1}”之前的{0}字节不属于任何张量：它的偏移与文件不符。{2}',
  '{0} bytes at the end of the file belong to no tensor. {1}': '文件末尾的{0}字节不属于任何张量。{1}',
  'The header entry of tensor "{0}" is wrong at "{1}": {2}. {3}': '张量“{0}”的文件头条目在“{1}”处有误：{2}。{3}',
  'Tensor "{0}" is said to lie at bytes {1} to {2} of a buffer of {3}: the file is cut off or damaged. {4}':
    '张量“{0}”据称在{3}字节的缓冲区的第{1}到{2}字节：文件不完整或已损坏。{4}',
  'Tensor "{0}" declares shape [{1}] in {2}, but its {3} bytes hold something else. {4}':
    '张量“{0}”声明为{2}的形状[{1}]，但它的{3}字节不是这样。{4}',
  'The header\'s "__metadata__" is not a map of strings. {0}': '文件头的“__metadata__”不是字符串的映射。{0}',
  '"__metadata__" is reserved by the format and cannot name a tensor.': '“__metadata__”由格式保留，不能用作张量的名称。',
  'Tensor "{0}": {1} bytes do not match shape [{2}] in {3}.': '张量“{0}”：{1}字节与{3}的形状[{2}]不符。',

  // vit/shards
  'The index of the shards is not what it should be: a JSON object with "weight_map". Download it again.':
    '分片的索引不是应有的样子：一个含“weight_map”的JSON对象。请重新下载。',
  'The index names the file "{0}", which is not here. Drop all parts and the index together.':
    '索引提到文件“{0}”，但没有这个文件。请把所有分片与索引一起拖入。',
  'Tensor "{0}" is in two of the files; the second is "{1}". They belong to different models.':
    '张量“{0}”在两个文件中都有；第二个是“{1}”。它们属于不同的模型。',
  'The index says that "{0}" holds tensor "{1}", but it does not. Download the files again.':
    '索引说“{0}”含有张量“{1}”，但其中没有。请重新下载这些文件。',

  // vit/tensors
  'Tensor "{0}" ({1}) is missing. A plain ViT under timm names has it; check that the file is a complete checkpoint.':
    '张量“{0}”（{1}）缺失。按timm命名的普通ViT都有它；请检查文件是否为完整的检查点。',
  'Tensor "{0}" ({1}) should have {2} dimensions, but is [{3}].': '张量“{0}”（{1}）应有{2}维，但为[{3}]。',

  // vit/timm
  'the patch embedding': '图块嵌入',
  'Tensor "patch_embed.proj.weight" is [{0}]; square patches of RGB images need [D, 3, P, P].':
    '张量“patch_embed.proj.weight”为[{0}]；RGB图像的正方形图块需要[D, 3, P, P]。',
  'the MLP of the first block': '第一个块的MLP',
  'Tensor "blocks.0.mlp.fc1.weight" has {0} rows for the {1} columns of "blocks.0.mlp.fc2.weight": a gated MLP (SwiGLU), which is not computed here. ViTs with two plain maps in their MLP work.':
    '张量“blocks.0.mlp.fc1.weight”有{0}行，而“blocks.0.mlp.fc2.weight”有{1}列：这是门控MLP（SwiGLU），这里不能计算。MLP为两个普通映射的ViT可用。',
  'Tensor "blocks.0.norm1.weight" has no bias beside it: an RMS norm, which is not computed here. ViTs with LayerNorm work.':
    '张量“blocks.0.norm1.weight”旁边没有偏置：这是RMS归一化，这里不能计算。用LayerNorm的ViT可用。',
  'The file has both "norm" and "fc_norm": two norms after the last block, which no plain ViT has. Save the model with the one that it uses.':
    '文件同时有“norm”和“fc_norm”：最后一个块之后有两个归一化，普通ViT不会这样。请只保留模型使用的那一个再保存。',
  'There is no class token': '没有分类词元',
  'There is a norm after pooling ("fc_norm")': '池化之后有归一化（“fc_norm”）',
  '{0}, so the mean of the patches is the image’s feature.': '{0}，因此以图块的均值为图像的特征。',
  'The file has no last norm: features are used as the last block leaves them.': '文件没有最后的归一化：特征按最后一个块的输出使用。',
  'The configuration says {0} {1}, but the tensors have {2}: it belongs to another model. Leave it out or load the one beside the weights.':
    '配置写明{0}为{1}，而张量为{2}：它属于另一个模型。请不要附上，或加载与权重放在一起的那一个。',
  'The classifier stands behind a representation layer ("pre_logits") and is left aside.':
    '分类器在一个表示层（“pre_logits”）之后，因此弃用。',
  'Of the two classifiers the class token’s ("head") is kept, the distilled one left aside.':
    '两个分类器中保留分类词元的那一个（“head”），弃用蒸馏的那一个。',
  'The classifier is more than a linear map (“{0}”) and is left aside.': '分类器不只是一个线性映射（“{0}”），因此弃用。',
  '{0} attention heads do not divide the width {1}. Give a number of heads that does.':
    '{0}个注意力头不能整除宽度{1}。请给出能整除的头数。',

  // vit/torch-contents
  'The pickle inside the file is damaged: {0}. Download the file again, or save model.state_dict() with torch.save.':
    '文件中的pickle已损坏：{0}。请重新下载文件，或用torch.save重新保存model.state_dict()。',
  'it holds more than {0} tensors': '它含有超过{0}个张量',
  "the state of an optimiser, or of a schedule, and no model's weights. Load the file that was saved beside it, such as pytorch_model.bin":
    '优化器或学习率调度的状态，而没有模型的权重。请加载与它一起保存的文件，例如pytorch_model.bin',
  'a Python object, "{0}", which is not made or run here. Save model.state_dict() with torch.save, or as safetensors':
    'Python对象“{0}”，这里不会创建或运行它。请用torch.save或以safetensors保存model.state_dict()',
  '{0}. Save model.state_dict() with torch.save, or as safetensors': '{0}。请用torch.save或以safetensors保存model.state_dict()',
  'The file holds no tensors in a dict: it holds {0}.': '文件中的dict没有张量：它含有{0}。',
  'what "{0}" makes': '“{0}”生成的内容',

  // vit/torch-file
  'it has no data.pkl': '它没有data.pkl',
  'This is a TorchScript archive (torch.jit.save): it holds code. Save model.state_dict() with torch.save instead.':
    '这是TorchScript归档（torch.jit.save）：它含有代码。请改用torch.save保存model.state_dict()。',
  'The weights were saved on a big-endian machine, which is not read here. Save them as safetensors there.':
    '权重是在大端机器上保存的，这里不能读取。请在那里存为safetensors。',
  'storage "{0}" is missing': '存储“{0}”缺失',
  'storage "{0}" has {1} bytes, not {2} elements': '存储“{0}”有{1}字节，而不是{2}个元素',

  // vit/torch-stream
  'The file holds numbers of the kind "{0}", whose size is not known here, so what follows cannot be found. Load it in PyTorch and save model.state_dict() again.':
    '文件含有“{0}”类型的数，这里不知道其大小，因此找不到后面的内容。请在PyTorch中加载，再重新保存model.state_dict()。',
  'The file holds views of storages, as PyTorch before 0.4 wrote them, which are not read here. Load it in PyTorch and save model.state_dict() again.':
    '文件含有存储的视图，这是0.4之前的PyTorch的写法，这里不能读取。请在PyTorch中加载，再重新保存model.state_dict()。',
  'storage "{0}" is described in two ways': '存储“{0}”有两种描述',
  'it does not list its storages': '它没有列出存储',
  'it lists a storage that no tensor uses': '它列出了没有张量使用的存储',
  'storage "{0}" has not the {1} elements that its tensors need': '存储“{0}”没有其张量所需的{1}个元素',

  // vit/torch-tensors
  'The PyTorch file is damaged: {0}. Download the file again.': 'PyTorch文件已损坏：{0}。请重新下载文件。',
  "a tensor's {0} is no list of sizes": '某个张量的{0}不是大小的列表',
  'a tensor has no storage': '某个张量没有存储',
  "a tensor's offset is no size": '某个张量的偏移不是大小',
  shape: '形状',
  strides: '步幅',
  "a tensor's shape and strides differ in length": '某个张量的形状与步幅长度不同',
  'a storage is not described as one': '某个存储的描述有误',
  'Tensor "{0}" of shape [{1}] claims more elements than the {2} that its storage holds. The file is damaged; download it again.':
    '形状为[{1}]的张量“{0}”声称的元素多于其存储所有的{2}个。文件已损坏；请重新下载。',
  'Tensor "{0}" reaches beyond its storage. The file is damaged; download it again.': '张量“{0}”超出了它的存储。文件已损坏；请重新下载。',

  // vit/zip
  'Download the file again.': '请重新下载文件。',
  'The zip archive is damaged: {0}. {1}': 'zip压缩包已损坏：{0}。{1}',
  'member "{0}" does not begin where the directory says': '成员“{0}”不在目录所说的位置开始',
  'member "{0}" is cut off': '成员“{0}”不完整',
  'The zip archive is damaged: member "{0}" does not unpack. {1}': 'zip压缩包已损坏：成员“{0}”无法解开。{1}',
  'member "{0}" unpacks to {1} bytes instead of {2}': '成员“{0}”解开为{1}字节，而不是{2}字节',
  'Member "{0}" of the archive is encrypted. Save the file without a password.': '压缩包的成员“{0}”已加密。请不带密码保存文件。',
  'Member "{0}" is packed by method {1}; stored and deflated members are read here. Save the file again.':
    '成员“{0}”用方法{1}打包；这里读取存储和deflate的成员。请重新保存文件。',
  'member "{0}" has two sizes': '成员“{0}”有两个大小',
  'Member "{0}" would unpack from {1} to {2} bytes, as no weights do: this is a zip bomb or a damaged file. Get the file from its source.':
    '成员“{0}”会从{1}字节解开为{2}字节，权重不会这样：这是zip炸弹或损坏的文件。请从来源获取文件。',
  'The archive would unpack to more than {0} GB, which no model here needs.': '压缩包解开会超过{0} GB，这里的模型都不需要这么多。',
  'it holds "{0}" twice': '它含有两个“{0}”',

  // vit/export/hugging-face
  'Hugging Face has no layout for a ViT without a class token, without a last norm, with its norm after pooling, with the mean of all tokens or with a maximum of them. The timm layout holds it.':
    'Hugging Face没有适合这样的ViT的布局：没有分类词元、没有最后的归一化、归一化在池化之后、取所有词元的均值或其最大值。timm布局可以。',
  'Hugging Face’s DINOv2 takes an MLP of a whole multiple of the width alone. The timm layout holds this model.':
    'Hugging Face的DINOv2只接受宽度整数倍的MLP。timm布局可以容纳此模型。',

  // vit/export/model
  'The model lacks the tensor "{0}"; it cannot be written.': '模型缺少张量“{0}”；无法写出。',

  // vit/export/peft
  'This method changed no weights by low-rank increments; take the merged model instead.':
    '此方法没有用低秩增量改变权重；请改为导出合并后的模型。',
};
